package capture

import (
	"os"
	"path/filepath"
	"testing"
)

// Both versions of control groups, below a root of their own: what counts is the tightest of all ancestors.
func TestCgroups(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"version 2": {
			"proc/self/cgroup":                        "0::/pod/container\n",
			"proc/self/mountinfo":                     "30 1 0:26 / /cgroup rw - cgroup2 cgroup2 rw\n",
			"cgroup/pod/container/memory.max":         "max\n",
			"cgroup/pod/container/memory.current":     "500\n",
			"cgroup/pod/memory.max":                   "1000\n",
			"cgroup/pod/memory.current":               "900\n",
			"cgroup/pod/memory.stat":                  "anon 600\ninactive_file 250\n",
			"cgroup/memory.stat":                      "anon 1\n",
			"proc/meminfo":                            "MemTotal: 100 kB\nMemAvailable: 50 kB\n",
			"cgroup/other/memory.max":                 "1\n",
			"cgroup/other/memory.current":             "1\n",
			"cgroup/pod/container/deeper/memory.max":  "1\n",
			"cgroup/pod/container/deeper/memory.stat": "",
		},
		"version 1, in a namespace": {
			"proc/self/cgroup":                      "4:cpu:/x\n5:hugetlb,memory:/docker/abc/inner\n",
			"proc/self/mountinfo":                   "31 1 0:27 /docker/abc /cg/memory rw shared:1 - cgroup cgroup rw,memory\n",
			"cg/memory/memory.limit_in_bytes":       "1000\n",
			"cg/memory/memory.usage_in_bytes":       "900\n",
			"cg/memory/memory.stat":                 "total_inactive_file 250\n",
			"cg/memory/inner/memory.limit_in_bytes": "9223372036854771712\n",
			"cg/memory/inner/memory.usage_in_bytes": "500\n",
		},
	} {
		root := t.TempDir()
		for path, text := range files {
			path = filepath.Join(root, path)
			os.MkdirAll(filepath.Dir(path), 0o700)
			os.WriteFile(path, []byte(text), 0o600)
		}
		rooms := cgroups(root)
		if len(rooms) != 1 || rooms[0].limit != 1000 || rooms[0].free != 350 {
			t.Errorf("%s: %+v", name, rooms)
		}
	}
}
