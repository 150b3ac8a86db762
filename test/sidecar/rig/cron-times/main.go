// Reads {"from", "to", "schedules"} and writes, for each schedule, the times at which Dapr's scheduler calls (Unix seconds).
package main

import (
	"encoding/json"
	"os"
	"time"

	"github.com/dapr/kit/cron"
)

type question struct {
	From      time.Time `json:"from"`
	To        time.Time `json:"to"`
	Schedules []string  `json:"schedules"`
}

// As go-etcd-cron's builder makes it.
var parser = cron.NewParser(cron.Second | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)

func timesOf(schedule string, from, to time.Time) ([]int64, error) {
	parsed, err := parser.Parse(schedule)
	if err != nil {
		return nil, err
	}
	times := []int64{}
	for at := parsed.Next(from); at.Before(to); at = parsed.Next(at) {
		times = append(times, at.Unix())
	}
	return times, nil
}

func answer() error {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return err
	}
	all := [][]int64{}
	for _, schedule := range asked.Schedules {
		times, err := timesOf(schedule, asked.From, asked.To)
		if err != nil {
			return err
		}
		all = append(all, times)
	}
	return json.NewEncoder(os.Stdout).Encode(all)
}

func main() {
	if err := answer(); err != nil {
		println(err.Error())
		os.Exit(1)
	}
}
