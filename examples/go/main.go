// Read feedmill's stream with redigo, as one consumer of a group.
//
//	go mod tidy && go run . "$(feedmill url)" GROUP [COUNT]
//
// With Debian's packages golang-go and golang-github-gomodule-redigo-dev, and no module proxy:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run main.go "$(feedmill url)" GROUP [COUNT]
//
// Prints "event, id, revision, title" of each article; ends after COUNT of them, without COUNT never.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"

	"github.com/gomodule/redigo/redis"
)

const (
	stream = "feedmill:articles"
	deadMs = 60000 // a consumer that was silent for so long is taken for dead
)

// Article names the fields used here; docs/schema/article.json has them all.
type Article struct {
	ID    string `json:"id"`
	Rev   int    `json:"rev"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

func main() {
	url, group, left := os.Args[1], os.Args[2], 0
	if len(os.Args) > 3 {
		left, _ = strconv.Atoi(os.Args[3])
	}
	client, err := redis.DialURL(url)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	_, err = client.Do("XGROUP", "CREATE", stream, group, "0", "MKSTREAM")
	if err != nil && !strings.HasPrefix(err.Error(), "BUSYGROUP") { // the group is there already
		log.Fatal(err)
	}
	for {
		entry, fields, err := next(client, group)
		if err != nil {
			log.Fatal(err)
		}
		if entry == "" {
			continue
		}
		if fields["article"] != "" { // an event such as "retracted" carries none
			var article Article
			if err := json.Unmarshal([]byte(fields["article"]), &article); err != nil {
				log.Fatal(err)
			}
			fmt.Printf("%s\t%s\t%d\t%s\n", fields["event"], article.ID, article.Rev, article.Title)
		}
		if _, err := client.Do("XACK", stream, group, entry); err != nil {
			log.Fatal(err)
		}
		if left--; left == 0 {
			return
		}
	}
}

// next gives an entry that a dead consumer left, else one that is new, else none after five seconds.
func next(client redis.Conn, group string) (string, map[string]string, error) {
	claimed, err := redis.Values(client.Do("XAUTOCLAIM", stream, group, "go", deadMs, "0-0", "COUNT", 1))
	if err != nil {
		return "", nil, err
	}
	if entries, _ := redis.Values(claimed[1], nil); len(entries) > 0 {
		return first(entries)
	}
	reply, err := redis.Values(client.Do("XREADGROUP", "GROUP", group, "go",
		"COUNT", 1, "BLOCK", 5000, "STREAMS", stream, ">"))
	if err == redis.ErrNil {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	ofStream, _ := redis.Values(reply[0], nil)
	entries, _ := redis.Values(ofStream[1], nil)
	return first(entries)
}

// first unpacks [[entry, [name, value, …]], …].
func first(entries []interface{}) (string, map[string]string, error) {
	one, _ := redis.Values(entries[0], nil)
	entry, _ := redis.String(one[0], nil)
	fields, err := redis.StringMap(one[1], nil)
	return entry, fields, err
}
