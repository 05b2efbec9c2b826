// A receiver of feedmill's webhooks, with Node's standard library alone.
//
//     WEBHOOK_SECRET=whsec_… node webhook.js 8900
//
// prints the title of each article once. docs/gateway.md says what is promised.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const key = Buffer.from(process.env.WEBHOOK_SECRET.replace(/^whsec_/, ""), "base64");
const seen = new Map(); // the highest revision of each article; a real receiver keeps it with the articles

function isGenuine(headers, body) {
  const told = Number(headers["webhook-timestamp"]);
  if (!(Math.abs(Date.now() / 1000 - told) <= 300)) return false;
  const signed = Buffer.concat([Buffer.from(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.`), body]);
  const wanted = Buffer.from("v1," + createHmac("sha256", key).update(signed).digest("base64"));
  return (headers["webhook-signature"] ?? "").split(" ").some((given) => {
    const bytes = Buffer.from(given);
    return bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
  });
}

createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts); // the bytes as they came: the signature is over these
  if (request.method !== "POST" || !isGenuine(request.headers, body)) return response.writeHead(401).end();
  const { type, data } = JSON.parse(body);
  if (["article.created", "article.updated"].includes(type) && data.rev > (seen.get(data.id) ?? 0)) {
    console.log(data.article.title); // a message may come twice, so the revision is looked at
    seen.set(data.id, data.rev);
  }
  response.writeHead(204).end();
}).listen(Number(process.argv[2]), "127.0.0.1");
