// A minimal skill in Amazon's own framework: opens, finds a product, reads it back, orders it after a yes.
// It verifies every request as the framework does by default, and keeps its conversations and orders in memory.
//
//   node skill.js ROOT.pem CHAIN.pem PROCESSES
//
// The trusted root and the store of the chain are those of the bench; all else is Amazon's code. Prints its port.
const cluster = require("cluster");
const { EventEmitter } = require("events");
const fs = require("fs");
const https = require("https");
const Module = require("module");
const tls = require("tls");

const [, , root, chain, processes] = process.argv;

if (cluster.isPrimary && Number(processes) > 1) {
  let listening = 0;
  cluster.on("listening", (_, address) => {
    listening += 1;
    if (listening === Number(processes)) {
      console.log(address.port);
    }
  });
  for (let i = 0; i < Number(processes); i += 1) {
    cluster.fork();
  }
} else {
  serve();
}

/** Gives the framework's verifier the bench's root instead of the machine's, and the chain without a network. */
function stage() {
  const load = Module._load;
  const rootCertificates = [fs.readFileSync(root, "utf8")];
  const pem = fs.readFileSync(chain, "utf8");
  Module._load = (name, ...rest) => (name === "tls" ? { ...tls, rootCertificates } : load(name, ...rest));
  https.get = (url, answered) => {
    const request = new EventEmitter();
    const response = Object.assign(new EventEmitter(), { statusCode: 200, setEncoding: () => {} });
    request.end = () => {};
    setImmediate(() => {
      answered(response);
      response.emit("data", pem);
      response.emit("end");
    });
    return request;
  };
}

function serve() {
  stage();
  const { SkillBuilders, getIntentName, getRequestType, getSlotValue } = require("ask-sdk-core");
  const { ExpressAdapter } = require("ask-sdk-express-adapter");
  const express = require("express");

  const products = new Map([
    ["paper towels", { name: "Northwind Paper Towels, Twelve Pack", cents: 1599 }],
    ["milk", { name: "Meadow Lane Whole Milk, One Gallon", cents: 449 }],
  ]);
  const pending = new Map();
  const orders = [];
  const dollars = (cents) => `$${(cents / 100).toFixed(2)}`;
  const session = (input) => input.requestEnvelope.session.sessionId;
  const intent = (name, handle) => ({
    canHandle: ({ requestEnvelope }) =>
      getRequestType(requestEnvelope) === "IntentRequest" && getIntentName(requestEnvelope) === name,
    handle,
  });
  const ask = (input, text) => input.responseBuilder.speak(text).reprompt("What would you like?").getResponse();

  const handlers = [
    {
      canHandle: ({ requestEnvelope }) => getRequestType(requestEnvelope) === "LaunchRequest",
      handle: (input) => ask(input, "Welcome to the Corner Shelf. What would you like?"),
    },
    intent("ReorderIntent", (input) => {
      const product = products.get(getSlotValue(input.requestEnvelope, "item"));
      if (!product) {
        return ask(input, "I do not have that.");
      }
      pending.set(session(input), product);
      return ask(input, `One ${product.name}, for ${dollars(product.cents)}. Shall I order it?`);
    }),
    intent("AMAZON.YesIntent", (input) => {
      const product = pending.get(session(input));
      if (!product) {
        return ask(input, "There is nothing to confirm.");
      }
      pending.delete(session(input));
      orders.push({ ...product, number: 1000 + orders.length });
      const text = `Order ${1000 + orders.length - 1} is placed: ${product.name}.`;
      return input.responseBuilder.speak(text).withSimpleCard("Corner Shelf", text).reprompt("Anything else?").getResponse();
    }),
    intent("AMAZON.NoIntent", (input) => {
      pending.delete(session(input));
      return ask(input, "All right, I order nothing.");
    }),
    intent("OrderStatusIntent", (input) => {
      const last = orders[orders.length - 1];
      return ask(input, last ? `Order ${last.number}, ${last.name}, is on its way.` : "There is no order.");
    }),
    intent("AMAZON.StopIntent", (input) =>
      input.responseBuilder.speak("Goodbye.").withShouldEndSession(true).getResponse()
    ),
  ];
  const skill = SkillBuilders.custom().addRequestHandlers(...handlers).create();
  const app = express();
  app.post("/alexa/household", new ExpressAdapter(skill, true, true).getRequestHandlers());
  const server = app.listen(0, "127.0.0.1", () => {
    if (cluster.isPrimary) {
      console.log(server.address().port);
    }
  });
}
