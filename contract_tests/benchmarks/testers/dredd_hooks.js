// Makes a transaction of each case in cases.json from the one that Dredd reads out of the document, which holds one
// example for each status only. What is expected of it is said by status, media type and JSON Schema.
const fs = require('fs');
const hooks = require('hooks');

hooks.beforeAll((transactions, done) => {
  const template = JSON.stringify(transactions[0]);
  const cases = JSON.parse(fs.readFileSync('cases.json', 'utf8'));
  transactions.splice(0, transactions.length, ...cases.map((one) => {
    const transaction = JSON.parse(template);
    delete transaction.request.headers['Plaid-Version'];
    transaction.name = one.name;
    transaction.id = one.name;
    transaction.skip = false;
    Object.assign(transaction.request.headers, one.headers);
    transaction.request.body = JSON.stringify(one.body);
    transaction.expected = {
      statusCode: String(one.status),
      headers: { 'Content-Type': 'application/json' },
      bodySchema: JSON.stringify(one.schema),
    };
    return transaction;
  }));
  done();
});
