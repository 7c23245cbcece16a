// client.go - the job with Go's net/http: a goroutine for each page in flight,
// written as if it blocked; the runtime waits for all of them with epoll.
//
// GOMAXPROCS is 1 unless the environment says otherwise: one thread runs Go
// code, as in the other peers. The runtime has a few more for itself.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	digestEmpty = 0xcbf29ce484222325
	agent       = "seven-crawlers/1.0"
)

func digest(data []byte) uint64 {
	sum := uint64(digestEmpty)
	for _, b := range data {
		sum = (sum ^ uint64(b)) * 0x100000001b3
	}
	return sum
}

type page struct {
	url     string
	outcome string // "ok", and then the rest counts
	status  int
	bytes   int
	digest  uint64
}

// A line of the manifest, without its end.
func (p *page) line() []byte {
	if p.outcome != "ok" {
		return []byte(p.outcome + " - - - " + p.url)
	}
	return []byte(fmt.Sprintf("ok %d %d %016x %s", p.status, p.bytes,
		p.digest, p.url))
}

type options struct {
	concurrency int
	input       string
	timeout     time.Duration
	keepAlive   bool
	json        bool
	manifest    string
}

// A bare number is seconds, as for the stages.
func duration(text string) (time.Duration, error) {
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		return time.Duration(seconds * float64(time.Second)), nil
	}
	return time.ParseDuration(strings.Replace(text, "min", "m", 1))
}

func parse() (options, []string) {
	o := options{timeout: 30 * time.Second}
	flag.IntVar(&o.concurrency, "c", 10, "pages in flight")
	flag.IntVar(&o.concurrency, "concurrency", 10, "the same")
	flag.StringVar(&o.input, "i", "", "more URLs, one a line")
	flag.StringVar(&o.input, "input-file", "", "the same")
	flag.BoolVar(&o.keepAlive, "keep-alive", false, "keep connections")
	flag.BoolVar(&o.json, "json", false, "figures as JSON")
	flag.StringVar(&o.manifest, "manifest", "", "a line for each page")
	flag.String("trace", "", "taken, and ignored")
	flag.String("max-pages", "", "taken, and ignored")
	setTimeout := func(text string) (err error) {
		o.timeout, err = duration(text)
		return
	}
	flag.Func("t", "for one page (30s)", setTimeout)
	flag.Func("timeout", "the same", setTimeout)
	flag.Parse()
	return o, flag.Args()
}

func readList(path string) (urls []string, err error) {
	data, err := os.ReadFile(path)
	return strings.Fields(string(data)), err
}

func outcomeOf(err error) string {
	switch {
	case os.IsTimeout(err):
		return "timeout"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connect"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "reset"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "truncated"
	case strings.Contains(err.Error(), "malformed"):
		return "malformed"
	}
	return "system"
}

func fetch(client *http.Client, p *page) error {
	request, err := http.NewRequest("GET", p.url, nil)
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", agent)
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil {
		return err
	}
	p.outcome, p.status = "ok", answer.StatusCode
	p.bytes, p.digest = len(body), digest(body)
	return nil
}

// Fetches all pages; returns how many were in flight at most.
func crawl(o *options, pages []page) int {
	client := &http.Client{
		Timeout: o.timeout,
		Transport: &http.Transport{ // no proxy, whatever the environment says
			DisableKeepAlives:   !o.keepAlive,
			DisableCompression:  true,
			MaxIdleConns:        o.concurrency,
			MaxIdleConnsPerHost: o.concurrency,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
	workers := o.concurrency
	if workers > len(pages) {
		workers = len(pages)
	}
	work := make(chan *page)
	var all sync.WaitGroup
	for i := 0; i < workers; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for p := range work {
				if err := fetch(client, p); err != nil {
					p.outcome = outcomeOf(err)
				}
			}
		}()
	}
	for i := range pages {
		work <- &pages[i]
	}
	close(work)
	all.Wait()
	return workers
}

// Of this program: ru_maxrss may be that of whoever started it.
func peakKiB() (kib int) {
	data, _ := os.ReadFile("/proc/self/status")
	if at := strings.Index(string(data), "VmHWM:"); at >= 0 {
		fmt.Sscanf(string(data[at:]), "VmHWM: %d", &kib)
	}
	return
}

func seconds(t syscall.Timeval) float64 {
	return float64(t.Sec) + float64(t.Usec)/1e6
}

func report(o *options, pages []page, wall float64, inFlight int) int {
	sort.Slice(pages, func(a, b int) bool { return pages[a].url < pages[b].url })
	file, err := os.Stdout, error(nil)
	if o.manifest != "" {
		if file, err = os.Create(o.manifest); err != nil {
			fmt.Fprintln(os.Stderr, "go:", err)
			return 2
		}
	}
	out := bufio.NewWriter(file)
	failed, bytes, sum := 0, 0, uint64(0)
	for i := range pages {
		line := pages[i].line()
		sum += digest(line)
		bytes += pages[i].bytes
		if pages[i].outcome != "ok" {
			failed++
		}
		if o.manifest != "" {
			out.Write(append(line, '\n'))
		}
	}
	out.Flush()
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	if o.json {
		fmt.Printf(`{"stage": "go", "pages": %d, "failed": %d, "bytes": %d, `+
			`"digest": "%016x", "wall_s": %.6f, "user_s": %.6f, `+
			`"sys_s": %.6f, "max_rss_kib": %d, "max_in_flight": %d, `+
			`"workers": 1, "voluntary_switches": %d, `+
			`"involuntary_switches": %d}`+"\n",
			len(pages), failed, bytes, sum, wall, seconds(usage.Utime),
			seconds(usage.Stime), peakKiB(), inFlight, usage.Nvcsw,
			usage.Nivcsw)
	}
	if failed > 0 {
		return 1
	}
	return 0
}

func main() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(1)
	}
	start := time.Now()
	o, urls := parse()
	if o.input != "" {
		more, err := readList(o.input)
		if err != nil {
			fmt.Fprintln(os.Stderr, "go:", err)
			os.Exit(2)
		}
		urls = append(urls, more...)
	}
	if len(urls) == 0 {
		fmt.Fprintln(os.Stderr, "go: give a URL, or a list with -i FILE")
		os.Exit(2)
	}
	pages := make([]page, len(urls))
	for i, url := range urls {
		pages[i].url = url
	}
	inFlight := crawl(&o, pages)
	os.Exit(report(&o, pages, time.Since(start).Seconds(), inFlight))
}
