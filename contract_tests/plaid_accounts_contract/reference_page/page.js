// Test request, and the viewer below it. Nothing is stored: no cookie, no storage, and the form is not remembered.
const PREFIX = "/reference-page";
const at = (id) => document.getElementById(id);
const choices = JSON.parse(at("choices").textContent);
const form = at("form");

// --- Elements: text stays text, whatever a server sends ----------------------------------------------------

function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

const code = (text) => make("code", {}, text);
const details = (summary, ...children) => make("details", {}, make("summary", {}, summary), ...children);
const scrolling = (label, text) => make("pre", { tabindex: "0", role: "group", "aria-label": label }, text);
const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

// --- The form: only the body is sent; the other fields write into it and follow it --------------------------------

const chosen = () => choices[at("operation").selectedIndex];

function readBody() {
  try {
    const value = JSON.parse(at("body").value);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? { value } : { problem: "Not a JSON object. It is sent as it is." };
  } catch (error) {
    return { problem: `Not valid JSON (${error.message}). It is sent as it is.` };
  }
}

function changeBody(change) {
  const { value } = readBody();
  // Do not overwrite what was typed by hand and is not JSON yet.
  if (value === undefined) return follow();
  change(value);
  at("body").value = JSON.stringify(value, null, 2);
  follow();
}

function follow(except = null) {
  const { value, problem = "" } = readBody();
  at("body-error").textContent = problem;
  at("body").setAttribute("aria-invalid", String(problem !== ""));
  if (value === undefined) return;
  const tokens = [...at("token").options].map((option) => option.value);
  at("token").value = tokens.includes(value.access_token) ? value.access_token : "";
  const ids = value.options?.account_ids;
  if (except !== "account-ids") at("account-ids").value = Array.isArray(ids) ? ids.join(" ") : "";
  for (const box of at("response").querySelectorAll("input[type=checkbox]")) {
    box.checked = Array.isArray(ids) && ids.includes(box.value);
  }
}

function filterBy(ids) {
  changeBody((body) => {
    const options = { ...body.options, account_ids: ids };
    if (ids.length === 0) delete options.account_ids;
    if (Object.keys(options).length > 0) body.options = options;
    else delete body.options;
  });
}

function showOperation() {
  const { examples, tokens, filters } = chosen();
  at("example").replaceChildren(...examples.map((example, index) => make("option", { value: index }, example.summary)));
  at("token").closest(".field").hidden = !tokens;
  at("account-ids").closest(".field").hidden = !filters;
  showExample();
}

function showExample() {
  const example = chosen().examples[at("example").selectedIndex];
  at("body").value = example.body;
  form.elements.credentials.value = example.credentials;
  follow();
}

function toTestRequest(id) {
  const index = choices.findIndex((choice) => choice.id === id);
  if (index >= 0 && index !== at("operation").selectedIndex) {
    at("operation").selectedIndex = index;
    showOperation();
  }
  at("test-request").scrollIntoView();
  document.querySelector("button[form=form]").focus({ preventScroll: true });
}

// Not every browser moves the focus to the target of such a link.
for (const link of document.querySelectorAll(".skip, nav a")) {
  link.addEventListener("click", () => at(link.hash.slice(1)).focus());
}

at("operation").append(...choices.map((choice) => make("option", { value: choice.id }, `${choice.line}: ${choice.summary}`)));
at("operation").addEventListener("change", showOperation);
at("example").addEventListener("change", showExample);
at("body").addEventListener("input", () => follow());
at("token").addEventListener("change", (event) => {
  const token = event.target.value;
  if (token !== "") changeBody((body) => Object.assign(body, { access_token: token }));
});
at("account-ids").addEventListener("input", (event) => {
  const typed = event.target.value;
  filterBy(typed.split(/[\s,]+/).filter((id) => id !== ""));
  event.target.value = typed;
});

// --- Sending ------------------------------------------------------------------------------------------------------

let sending = null;
let byHand = false;

async function send() {
  sending?.abort();
  sending = new AbortController();
  const { signal } = sending;
  say("Sending …", "");
  const filled = {
    operation: chosen().id,
    credentials: form.elements.credentials.value,
    client_id: at("client-id").value,
    secret: at("secret").value,
    body: at("body").value,
  };
  try {
    const reply = await fetch(`${PREFIX}/test-request`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(filled),
      signal,
    });
    const result = await reply.json();
    if (result.problem) fail(result.problem);
    else show(result);
  } catch (error) {
    if (!signal.aborted) fail(`The server of this page does not respond (${error.message}). Is it still running?`);
  }
}

function sendByHand(event) {
  event.preventDefault();
  byHand = true;
  send();
}

form.addEventListener("submit", sendByHand);
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) sendByHand(event);
});

// --- The response --------------------------------------------------------------------------------------------------

function say(text, verdict) {
  at("status").textContent = text;
  at("status").className = verdict;
  // Where the response is below the form, it would go unnoticed.
  if (verdict !== "" && byHand) at("status").scrollIntoView({ block: "nearest" });
}

function fail(problem) {
  say(`Not sent: ${problem}`, "fail");
  at("response").replaceChildren();
}

function show(result) {
  const broken = result.clauses.filter((clause) => !clause.met && clause.level === "MUST").length;
  const verdict = result.conforms ? "conforms" : `does not conform: ${count(broken, "clause", "clauses")} broken`;
  say(`${result.response.line} in ${result.milliseconds} ms, ${verdict}`, result.conforms ? "pass" : "fail");
  at("response").replaceChildren(...[conformance(result), filter(result), response(result), request(result)].filter(Boolean));
  follow();
}

function conformance({ clauses }) {
  const broken = clauses.filter((clause) => !clause.met);
  const met = clauses.filter((clause) => clause.met);
  const list = make("ul", { class: "met" }, ...met.map(metClause));
  const held = details(`${count(met.length, "clause", "clauses")} met`, list);
  return make("div", {}, ...broken.map(brokenClause), held);
}

function metClause(clause) {
  return make("li", {}, code(clause.clause), make("span", { class: "faint" }, ` ${clause.statement}`));
}

function brokenClause(clause) {
  const where = clause.path === "" ? "the whole response" : code(clause.path);
  const fields = [["where", where], ["got", clause.got], ["expected", clause.expected], ["in the contract", code(clause.place)]];
  return make(
    "article",
    { class: clause.level === "MUST" ? "broken" : "broken should" },
    make("h3", {}, code(clause.clause), " ", make("span", { class: "faint" }, clause.level)),
    make("p", {}, clause.statement),
    make("dl", {}, ...fields.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])),
  );
}

function accountsOf({ response }) {
  if (response.status !== 200 || !chosen().filters) return [];
  try {
    const { accounts } = JSON.parse(response.body);
    return Array.isArray(accounts) ? accounts.filter((account) => typeof account?.account_id === "string") : [];
  } catch {
    return []; // The body is shown as it came, and the clauses say what is wrong with it.
  }
}

function filter(result) {
  const accounts = accountsOf(result);
  if (accounts.length < 2) return null;
  const boxes = accounts.map((account) => {
    const box = make("input", { type: "checkbox", value: account.account_id });
    const mask = typeof account.mask === "string" ? ` ··${account.mask}` : "";
    return make("li", {}, make("label", {}, box, ` ${account.name || "unnamed"}${mask}`));
  });
  const list = make("ul", { class: "accounts" }, ...boxes);
  list.addEventListener("change", () => {
    filterBy([...list.querySelectorAll("input:checked")].map((box) => box.value));
    say("Account ids changed; not sent yet.", "");
  });
  const title = `Filter by account (${accounts.length} listed)`;
  return make("fieldset", { class: "filter" }, make("legend", {}, title), list);
}

function response({ response: shown }) {
  const size = shown.cut ? `the beginning of ${shown.bytes} bytes` : `${shown.bytes} bytes`;
  return make(
    "div",
    {},
    make("h3", {}, "Response ", make("span", { class: "faint" }, size)),
    shown.body === "" ? make("p", { class: "faint" }, "no body") : scrolling("Body of the response", shown.body),
    details(count(shown.headers.length, "header", "headers"), scrolling("Headers of the response", shown.headers.join("\n"))),
  );
}

function request({ request: shown }) {
  return details("Request as sent", scrolling("Request", [shown.line, ...shown.headers, "", shown.body].join("\n")));
}

// --- The viewer ---------------------------------------------------------------------------------------------------

const darkness = matchMedia("(prefers-color-scheme: dark)");
const followDarkness = () => document.documentElement.classList.toggle("dark-mode", darkness.matches);
darkness.addEventListener("change", followDarkness);
followDarkness();

const nothing = () => () => null;

function testRequestLink(Parameters, system) {
  const { createElement, Fragment } = system.React;
  return (props) => {
    const id = props.operation?.get?.("operationId");
    // A webhook is sent by the API, not to it.
    if (!choices.some((choice) => choice.id === id)) return createElement(Parameters, props);
    const link = createElement("a", {
      href: "#test-request",
      className: "to-test-request",
      onClick: (event) => {
        event.preventDefault();
        toTestRequest(id);
      },
    }, "Test request");
    return createElement(Fragment, null, createElement("p", { className: "to-test-request" }, link), createElement(Parameters, props));
  };
}

// The viewer's label is not associated with its list.
function namedSelect(ExamplesSelect, system) {
  const { createElement } = system.React;
  const name = (node) => node?.querySelector("select")?.setAttribute("aria-label", "Example");
  return (props) => createElement("div", { ref: name }, createElement(ExamplesSelect, props));
}

// The viewer puts the heading of webhooks a level above those of tags and schemas.
function levelledHeading(Webhooks, system) {
  const { createElement } = system.React;
  const level = (node) => node?.querySelector("h2")?.setAttribute("aria-level", "3");
  return (props) => createElement("div", { ref: level }, createElement(Webhooks, props));
}

window.SwaggerUIBundle({
  url: `${PREFIX}/openapi.json`,
  dom_id: "#viewer",
  docExpansion: choices.length === 1 ? "full" : "list",
  defaultModelsExpandDepth: 1,
  defaultModelExpandDepth: 8,
  // The form above sends; the viewer only displays.
  supportedSubmitMethods: [],
  persistAuthorization: false,
  syntaxHighlight: { theme: "obsidian" },
  plugins: [
    {
      wrapComponents: {
        InfoContainer: nothing,
        ServersContainer: nothing,
        AuthorizeBtnContainer: nothing,
        authorizeOperationBtn: nothing,
        ExamplesSelect: namedSelect,
        parameters: testRequestLink,
        Webhooks: levelledHeading,
      },
    },
  ],
});

showOperation();
// The reference server has made-up data; another one is asked nothing that nobody clicked on.
if ("sendFirst" in form.dataset) send();
