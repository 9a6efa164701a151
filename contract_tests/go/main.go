// Send one request with Plaid's own Go client, from the Go module proxy; node/accounts_get.mjs describes input and output.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/plaid/plaid-go/v41/plaid"
)

type given struct {
	URL, ClientID, Secret, AccessToken string
	AccountIDs                         []string
}

func main() {
	var values given
	if err := json.NewDecoder(os.Stdin).Decode(&values); err != nil {
		log.Fatal(err)
	}
	configuration := plaid.NewConfiguration()
	configuration.UseEnvironment(plaid.Environment(values.URL))
	request := plaid.NewAccountsGetRequest(values.AccessToken)
	if os.Args[1] == "header" {
		configuration.AddDefaultHeader("PLAID-CLIENT-ID", values.ClientID)
		configuration.AddDefaultHeader("PLAID-SECRET", values.Secret)
	} else {
		request.SetClientId(values.ClientID)
		request.SetSecret(values.Secret)
	}
	if values.AccountIDs != nil {
		request.SetOptions(plaid.AccountsGetRequestOptions{AccountIds: &values.AccountIDs})
	}
	call := plaid.NewAPIClient(configuration).PlaidApi.AccountsGet(context.Background())
	decoded, response, err := call.AccountsGetRequest(*request).Execute()
	var refused plaid.GenericOpenAPIError
	var body []byte
	if errors.As(err, &refused) && response.StatusCode >= 400 {
		body = refused.Body()
	} else if err != nil {
		log.Fatal(err)
	} else if body, err = json.Marshal(decoded); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("{\"status\": %d, \"body\": %s}\n", response.StatusCode, body)
}
