// Judges an AsyncAPI document with the reference parser: npm ci && node check.js ../../docs/schema/asyncapi.json
// Prints what is wrong, a line each; exit status 1 when something is. Hints and information do not count.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
const wrong = diagnostics.filter(({ severity }) => severity <= 1);
for (const { severity, code, path, message } of wrong) {
  console.log(`${severity === 0 ? "error" : "warning"} ${code} at ${path.join("/")}: ${message}`);
}
if (document) console.log(`${document.version()} with ${document.allChannels().length} channels`);
process.exit(document && wrong.length === 0 ? 0 : 1);
