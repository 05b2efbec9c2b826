// Read feedmill's stream with node-redis, as one consumer of a group.
//
//   npm install && node consumer.js "$(feedmill url)" GROUP [COUNT]
//
// Prints "event, id, revision, title" of each article; ends after COUNT of them, without COUNT never.
import { createClient } from "redis";

const STREAM = "feedmill:articles";
const [url, group, count = "0"] = process.argv.slice(2);

const client = await createClient({ url })
  .on("error", (error) => console.error(error.message))
  .connect();
await client.xGroupCreate(STREAM, group, "0", { MKSTREAM: true }).catch((error) => {
  if (!error.message.startsWith("BUSYGROUP")) throw error; // the group is there already
});

for (let left = Number(count); ; ) {
  const reply = await client.xReadGroup(group, "node", { key: STREAM, id: ">" }, { COUNT: 1, BLOCK: 5000 });
  if (!reply) continue;
  const { id, message } = reply[0].messages[0];
  const title = message.article ? JSON.parse(message.article).title : ""; // a retraction carries none
  console.log([message.event, message.id, message.rev, title].join("\t"));
  await client.xAck(STREAM, group, id);
  if (--left === 0) break;
}
await client.close();
