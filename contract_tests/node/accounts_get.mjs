// Send one request with Plaid's own JavaScript client, from npm.
//
// usage: node accounts_get.mjs header|body < request.json
// The request is {"url", "clientId", "secret", "accessToken", "accountIds"?}. Prints {"status", "body"} as JSON.

import { text } from "node:stream/consumers";
import { Configuration, PlaidApi } from "plaid";

const place = process.argv[2];
if (place !== "header" && place !== "body") {
  console.error(`say where the credentials go: header or body, not ${place}`);
  process.exit(2);
}
const { url, clientId, secret, accessToken, accountIds } = JSON.parse(await text(process.stdin));

const headers = place === "header" ? { "PLAID-CLIENT-ID": clientId, "PLAID-SECRET": secret } : {};
const client = new PlaidApi(new Configuration({ basePath: url, baseOptions: { headers } }));
const request = {
  access_token: accessToken,
  ...(place === "body" && { client_id: clientId, secret }),
  ...(accountIds && { options: { account_ids: accountIds } }),
};

let response;
try {
  response = await client.accountsGet(request);
} catch (error) {
  // Only a response is a result; anything else is a failure of this program.
  if (!error.response) throw error;
  response = error.response;
}
console.log(JSON.stringify({ status: response.status, body: response.data }));
