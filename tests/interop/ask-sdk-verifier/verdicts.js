// Asks Amazon's own verifier about requests. On standard input:
//   {"now": milliseconds, "roots": [PEM], "chains": {URL: PEM}, "requests": [{"name", "headers", "body"}]}
// and on standard output, for each request, {"name", "accepted", "why"} on a line.
// The clock, the trusted roots and the store of the chains are those of the test; all else is Amazon's code.
const { EventEmitter } = require("events");
const https = require("https");
const Module = require("module");
const tls = require("tls");

const given = JSON.parse(require("fs").readFileSync(0, "utf8"));

const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length ? parts : [given.now]));
  }
  static now() {
    return given.now;
  }
};
const load = Module._load;
Module._load = (name, ...rest) => (name === "tls" ? { ...tls, rootCertificates: given.roots } : load(name, ...rest));
https.get = (url, answered) => {
  const request = new EventEmitter();
  request.end = () => {};
  const chain = given.chains[url];
  const response = new EventEmitter();
  response.statusCode = chain === undefined ? 404 : 200;
  response.setEncoding = () => {};
  setImmediate(() => {
    answered(response);
    response.emit("data", chain ?? "");
    response.emit("end");
  });
  return request;
};

const { SkillRequestSignatureVerifier, TimestampVerifier } = require("ask-sdk-express-adapter");

async function verdict(request) {
  try {
    await new SkillRequestSignatureVerifier().verify(request.body, request.headers);
    await new TimestampVerifier().verify(request.body);
    return { name: request.name, accepted: true, why: "" };
  } catch (error) {
    return { name: request.name, accepted: false, why: error.message };
  }
}

(async () => {
  for (const request of given.requests) {
    console.log(JSON.stringify(await verdict(request)));
  }
})();
