// A server of the standard library of Go: `server PORT PREFIX FILE` serves PREFIX/accounts/get from accounts.json.
// encoding/json reads bytes that aren't UTF-8 as U+FFFD, so that a token with such bytes is an unknown one.
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"os"
	"slices"
)

type keys struct{ ClientID, Secret string }
type account = map[string]any
type item struct {
	Item     any
	Accounts []account
}

var data struct {
	ClientID string `json:"client_id"`
	Secret   string
	Other    struct {
		ClientID string `json:"client_id"`
		Secret   string
	}
	Items map[string]item
}

type refusal struct{ kind, code, message string }

func request(code, message string) *refusal { return &refusal{"INVALID_REQUEST", code, message} }
func input(code, message string) *refusal   { return &refusal{"INVALID_INPUT", code, message} }

func read(body []byte) (map[string]any, *refusal) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	var value any
	if decoder.Decode(&value) != nil {
		return nil, request("INVALID_BODY", "body could not be parsed as JSON")
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, request("INVALID_BODY", "body could not be parsed as JSON")
	}
	fields, ok := value.(map[string]any)
	if !ok {
		return nil, request("INVALID_BODY", "body must be an object")
	}
	return fields, nil
}

func unknown(fields map[string]any, known ...string) *refusal {
	for name := range fields {
		if !slices.Contains(known, name) {
			return request("UNKNOWN_FIELDS", "the following fields are not recognized by this endpoint: "+name)
		}
	}
	return nil
}

func text(fields map[string]any, name, header string) (string, *refusal) {
	value, given := fields[name]
	if !given && header != "" {
		return header, nil
	}
	if !given {
		return "", request("MISSING_FIELDS", "the following required fields are missing: "+name)
	}
	if found, ok := value.(string); ok && found != "" {
		return found, nil
	}
	return "", request("INVALID_FIELD", name+" must be a non-empty string")
}

func accountsGet(header http.Header, body []byte) (map[string]any, *refusal) {
	if kind, _, err := mime.ParseMediaType(header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, request("INVALID_HEADERS", "Content-Type must be application/json")
	}
	fields, refused := read(body)
	if refused != nil {
		return nil, refused
	}
	if refused = unknown(fields, "client_id", "secret", "access_token", "options"); refused != nil {
		return nil, refused
	}
	id, refused := text(fields, "client_id", header.Get("Plaid-Client-Id"))
	if refused != nil {
		return nil, refused
	}
	secret, refused := text(fields, "secret", header.Get("Plaid-Secret"))
	if refused != nil {
		return nil, refused
	}
	given := keys{id, secret}
	if own := (keys{data.ClientID, data.Secret}); given != own && given != (keys{data.Other.ClientID, data.Other.Secret}) {
		return nil, input("INVALID_API_KEYS", "invalid client_id or secret provided")
	}
	token, refused := text(fields, "access_token", "")
	if refused != nil {
		return nil, refused
	}
	options, ok := fields["options"].(map[string]any)
	if _, given := fields["options"]; given && !ok {
		return nil, request("INVALID_FIELD", "options must be an object")
	}
	if refused = unknown(options, "account_ids"); refused != nil {
		return nil, refused
	}
	found, known := data.Items[token]
	if !known || id != data.ClientID {
		return nil, input("INVALID_ACCESS_TOKEN", "could not find matching access token")
	}
	shown, refused := choose(found.Accounts, options)
	return map[string]any{"accounts": shown, "item": found.Item}, refused
}

func choose(accounts []account, options map[string]any) ([]account, *refusal) {
	value, filtered := options["account_ids"]
	if !filtered {
		return accounts, nil
	}
	ids, ok := value.([]any)
	if !ok {
		return nil, request("INVALID_FIELD", "options.account_ids must be an array")
	}
	shown := []account{}
	for _, entry := range ids {
		id, isText := entry.(string)
		if !isText || id == "" {
			return nil, request("INVALID_FIELD", "options.account_ids must be an array of strings")
		}
		at := slices.IndexFunc(accounts, func(one account) bool { return one["account_id"] == id })
		if at < 0 {
			return nil, input("INVALID_ACCOUNT_ID", "failed to find requested account ID for requested item")
		}
		if !slices.ContainsFunc(shown, func(one account) bool { return one["account_id"] == id }) {
			shown = append(shown, accounts[at])
		}
	}
	return shown, nil
}

func main() {
	content, err := os.ReadFile(os.Args[3])
	if err == nil {
		err = json.Unmarshal(content, &data)
	}
	if err != nil {
		panic(err)
	}
	http.HandleFunc(os.Args[2]+"/accounts/get", func(writer http.ResponseWriter, sent *http.Request) {
		id := make([]byte, 8)
		rand.Read(id)
		status, value := 200, map[string]any{}
		if sent.Method != "POST" {
			http.Error(writer, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		body, _ := io.ReadAll(sent.Body)
		value, refused := accountsGet(sent.Header, body)
		if refused != nil {
			status = 400
			value = map[string]any{"error_type": refused.kind, "error_code": refused.code}
			value["error_message"], value["display_message"] = refused.message, nil
		}
		value["request_id"] = hex.EncodeToString(id)
		writer.Header().Set("Content-Type", "application/json")
		writer.WriteHeader(status)
		json.NewEncoder(writer).Encode(value)
	})
	panic(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
