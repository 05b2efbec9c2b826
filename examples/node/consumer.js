// Read feedmill's stream with node-redis, as one consumer of a group.
//
//   npm install && node consumer.js "$(feedmill url)" GROUP [COUNT]
//
// Prints "event, id, revision, title" of each article; ends after COUNT of them, without COUNT never.
import { createClient } from "redis";

const STREAM = "feedmill:articles";
const DEAD_MS = 60_000; // a consumer that was silent for so long is taken for dead
const [url, group, count = "0"] = process.argv.slice(2);

const client = await createClient({ url })
  .on("error", (error) => console.error(error.message))
  .connect();
await client.xGroupCreate(STREAM, group, "0", { MKSTREAM: true }).catch((error) => {
  if (!error.message.startsWith("BUSYGROUP")) throw error; // the group is there already
});

// What a dead consumer left comes first, then what is new.
async function next() {
  const left = await client.xAutoClaim(STREAM, group, "node", DEAD_MS, "0-0", { COUNT: 1 });
  if (left.messages.length) return left.messages;
  const reply = await client.xReadGroup(group, "node", { key: STREAM, id: ">" }, { COUNT: 1, BLOCK: 5000 });
  return reply?.[0].messages ?? [];
}

for (let left = Number(count), done = false; !done; ) {
  for (const { id, message } of await next()) {
    if (message.article) {
      const article = JSON.parse(message.article);
      console.log([message.event, article.id, article.rev, article.title].join("\t"));
    }
    await client.xAck(STREAM, group, id);
    done = --left === 0;
  }
}
await client.close();
