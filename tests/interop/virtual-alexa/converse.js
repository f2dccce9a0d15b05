// Holds a conversation with a skill through virtual-alexa and the skill's own interaction model.
// In: JSON on standard input: url, model (a file), application, steps. A step is "launch", an
// utterance, or [intent, slots, confirmationStatus] where one sentence has two places next to each
// other, which virtual-alexa cannot take apart, or where Alexa itself asked. Out: one JSON array of requests with their responses.
const path = require("path");
const fs = require("fs");
const packages = path.join(process.argv[2], "node_modules");
const { VirtualAlexa } = require(path.join(packages, "virtual-alexa"));

async function main() {
  const task = JSON.parse(fs.readFileSync(0, "utf8"));
  const model = JSON.parse(fs.readFileSync(task.model, "utf8"));
  const alexa = VirtualAlexa.Builder()
    .applicationID(task.application)
    .interactionModel(model)
    .locale(task.locale)
    .skillURL(task.url)
    .create();
  const turns = [];
  for (const step of task.steps) {
    let request;
    alexa.filter((json) => { request = json.request; });
    const answer = step === "launch" ? alexa.launch()
      : !Array.isArray(step) ? alexa.utter(step)
      : alexa.request().intent(step[0]).slots(step[1]).intentStatus(step[2] || "NONE").send();
    const response = await answer;
    turns.push({ step, request, envelope: JSON.parse(JSON.stringify(response)) });
  }
  process.stdout.write(JSON.stringify(turns));
}

main().catch((error) => { console.error(error); process.exit(1); });
