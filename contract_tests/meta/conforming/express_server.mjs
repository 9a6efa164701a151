// A server on Express: `node express_server.mjs PORT PREFIX` serves PREFIX/accounts/get from accounts.json.
// Items and accounts are looked up in a Map, since a plain object has keys that nobody put there.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [, script, port, prefix, modules] = process.argv;
const express = createRequire(modules + "/")("express");
const data = JSON.parse(readFileSync(new URL("accounts.json", "file://" + script)));
const clients = new Map([data, data.other].map((one) => [one.client_id, one.secret]));
const items = new Map(Object.entries(data.items));

class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}
const refuse = (code, message) => {
  throw new Refused(code, message);
};
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value) => typeof value === "string" && value !== "";
const known = (value, names) => {
  const unknown = Object.keys(value).filter((name) => !names.includes(name));
  if (unknown.length) refuse("UNKNOWN_FIELDS", `the following fields are not recognized by this endpoint: ${unknown}`);
};
const text = (body, name, header) => {
  const value = Object.hasOwn(body, name) ? body[name] : header;
  if (value === undefined) refuse("MISSING_FIELDS", `the following required fields are missing: ${name}`);
  return isText(value) ? value : refuse("INVALID_FIELD", `${name} must be a non-empty string`);
};

const accountsGet = (request) => {
  const body = request.body;
  if (!request.is("application/json")) refuse("INVALID_HEADERS", "Content-Type must be application/json");
  if (!isObject(body)) refuse("INVALID_BODY", "body could not be parsed as JSON");
  known(body, ["client_id", "secret", "access_token", "options"]);
  const client = text(body, "client_id", request.get("PLAID-CLIENT-ID"));
  const secret = text(body, "secret", request.get("PLAID-SECRET"));
  if (clients.get(client) !== secret) refuse("INVALID_API_KEYS", "invalid client_id or secret provided");
  const token = text(body, "access_token");
  const options = Object.hasOwn(body, "options") ? body.options : {};
  if (!isObject(options)) refuse("INVALID_FIELD", "options must be an object");
  known(options, ["account_ids"]);
  const found = client === data.client_id && items.get(token);
  if (!found) refuse("INVALID_ACCESS_TOKEN", "could not find matching access token");
  const accounts = new Map(found.accounts.map((account) => [account.account_id, account]));
  const wanted = Object.hasOwn(options, "account_ids") ? options.account_ids : [...accounts.keys()];
  if (!Array.isArray(wanted) || !wanted.every(isText)) refuse("INVALID_FIELD", "options.account_ids must be texts");
  if (!wanted.every((id) => accounts.has(id)))
    refuse("INVALID_ACCOUNT_ID", "failed to find requested account ID for requested item");
  return { accounts: [...new Set(wanted)].map((id) => accounts.get(id)), item: found.item };
};

const INPUT = ["INVALID_API_KEYS", "INVALID_ACCESS_TOKEN", "INVALID_ACCOUNT_ID"];
const app = express();
app.use(express.json({ type: () => true, strict: false }));
app.post(`${prefix}/accounts/get`, (request, response) =>
  response.json({ ...accountsGet(request), request_id: randomUUID() }),
);
app.use((request, response, next) => next(Object.assign(new Refused("NOT_FOUND", "not found"), { status: 404 })));
app.use((error, request, response, next) =>
  response.status(error instanceof Refused ? (error.status ?? 400) : 400).json({
    error_type: INPUT.includes(error.code) ? "INVALID_INPUT" : "INVALID_REQUEST",
    error_code: error instanceof Refused ? error.code : "INVALID_BODY",
    error_message: error instanceof Refused ? error.message : "body could not be parsed as JSON",
    display_message: null,
    request_id: randomUUID(),
  }),
);
app.listen(Number(port), "127.0.0.1");
