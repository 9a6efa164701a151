// Test request, and the viewer below it. Nothing is stored: no cookie, no storage, and the form is not remembered.
const PREFIX = "/reference-page";
const at = (id) => document.getElementById(id);
const choices = JSON.parse(at("choices").textContent);
const form = at("form");

// --- Elements: what is text stays text, whatever a server says ---------------------------------------------------

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

// --- The form: the body is what counts, the other fields write into it and follow it ------------------------------

const chosen = () => choices[at("operation").selectedIndex];

function readBody() {
  try {
    const value = JSON.parse(at("body").value);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? { value } : { problem: "This is no JSON object. It is sent as it stands." };
  } catch (error) {
    return { problem: `This is not JSON (${error.message}). It is sent as it stands.` };
  }
}

function changeBody(change) {
  const { value } = readBody();
  // What was typed by hand and is not JSON yet is not overwritten.
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
  for (const box of at("answer").querySelectorAll("input[type=checkbox]")) {
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

// Not every browser takes the focus along to where such a link leads.
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

async function send() {
  sending?.abort();
  sending = new AbortController();
  const { signal } = sending;
  say("Sending …", "");
  const wanted = {
    operation: chosen().id,
    credentials: form.elements.credentials.value,
    client_id: at("client-id").value,
    secret: at("secret").value,
    body: at("body").value,
  };
  try {
    const response = await fetch(`${PREFIX}/test-request`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(wanted),
      signal,
    });
    const answer = await response.json();
    if (answer.problem) fail(answer.problem);
    else show(answer);
  } catch (error) {
    if (!signal.aborted) fail(`The server of this page does not answer (${error.message}). Is it still running?`);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    send();
  }
});

// --- The answer ---------------------------------------------------------------------------------------------------

function say(text, verdict) {
  at("status").textContent = text;
  at("status").className = verdict;
  // Where the answer stands below the form, it would come unseen.
  if (verdict !== "") at("status").scrollIntoView({ block: "nearest" });
}

function fail(problem) {
  say(`Not sent: ${problem}`, "fail");
  at("answer").replaceChildren();
}

function show(answer) {
  const broken = answer.clauses.filter((clause) => !clause.met && clause.level === "MUST").length;
  const verdict = answer.conforms ? "conforms" : `does not conform: ${count(broken, "clause", "clauses")} broken`;
  say(`${answer.answered.line} in ${answer.milliseconds} ms, ${verdict}`, answer.conforms ? "pass" : "fail");
  at("answer").replaceChildren(...[conformance(answer), filter(answer), response(answer), request(answer)].filter(Boolean));
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
  const where = clause.path === "" ? "the response as a whole" : code(clause.path);
  const told = [["where", where], ["got", clause.got], ["expected", clause.expected], ["in the contract", code(clause.place)]];
  return make(
    "article",
    { class: clause.level === "MUST" ? "broken" : "broken should" },
    make("h3", {}, code(clause.clause), " ", make("span", { class: "faint" }, clause.level)),
    make("p", {}, clause.statement),
    make("dl", {}, ...told.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])),
  );
}

function accountsOf({ answered }) {
  if (answered.status !== 200 || !chosen().filters) return [];
  try {
    const { accounts } = JSON.parse(answered.body);
    return Array.isArray(accounts) ? accounts.filter((account) => typeof account?.account_id === "string") : [];
  } catch {
    return []; // The answer is shown as it came, and what is wrong with it among the clauses.
  }
}

function filter(answer) {
  const accounts = accountsOf(answer);
  if (accounts.length < 2) return null;
  const boxes = accounts.map((account) => {
    const box = make("input", { type: "checkbox", value: account.account_id });
    const mask = typeof account.mask === "string" ? ` ··${account.mask}` : "";
    return make("li", {}, make("label", {}, box, ` ${account.name || "unnamed"}${mask}`));
  });
  const list = make("ul", { class: "accounts" }, ...boxes);
  list.addEventListener("change", () => {
    filterBy([...list.querySelectorAll("input:checked")].map((box) => box.value));
    say("Account ids changed; nothing sent since.", "");
  });
  const title = `Filter by account (${accounts.length} listed)`;
  return make("fieldset", { class: "filter" }, make("legend", {}, title), list);
}

function response({ answered }) {
  const size = answered.cut ? `the beginning of ${answered.bytes} bytes` : `${answered.bytes} bytes`;
  return make(
    "div",
    {},
    make("h3", {}, "Response ", make("span", { class: "faint" }, size)),
    answered.body === "" ? make("p", { class: "faint" }, "no body") : scrolling("Body of the response", answered.body),
    details(count(answered.headers.length, "header", "headers"), scrolling("Headers of the response", answered.headers.join("\n"))),
  );
}

function request({ sent }) {
  return details("Request as it was sent", scrolling("Request", [sent.line, ...sent.headers, "", sent.body].join("\n")));
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

// The viewer's own label is not tied to the list that it stands above.
function namedSelect(ExamplesSelect, system) {
  const { createElement } = system.React;
  const name = (node) => node?.querySelector("select")?.setAttribute("aria-label", "Example");
  return (props) => createElement("div", { ref: name }, createElement(ExamplesSelect, props));
}

// The viewer's heading of webhooks stands beside those of tags, and above the one of schemas.
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
  // The form above sends; the viewer only shows.
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
