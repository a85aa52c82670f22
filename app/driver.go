package app

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"cascata/inference"
)

// driverOf stands for the driver of d as it is installed, and changes with it: the
// sizes and times of its files. Where it says nothing, nothing of it is known.
func driverOf(d inference.Device) string {
	var text strings.Builder
	for _, file := range driverFiles(d) {
		if info, err := os.Stat(file); err == nil {
			fmt.Fprintln(&text, file, info.Size(), info.ModTime().UnixNano())
		}
	}
	if version, err := os.ReadFile("/proc/driver/nvidia/version"); err == nil {
		text.Write(version)
	}
	return text.String()
}

// driverFiles are those that a driver's installation replaces.
func driverFiles(d inference.Device) []string {
	switch runtime.GOOS {
	case "windows":
		root := filepath.Join(os.Getenv("SystemRoot"), "System32")
		return []string{filepath.Join(root, "DriverStore", "FileRepository"), filepath.Join(root, "nvcuda.dll")}
	case "darwin":
		return []string{"/System/Library/CoreServices/SystemVersion.plist"} // drivers come with the system
	}
	if d.Provider == "cuda" {
		return globs("/usr/lib/x86_64-linux-gnu/libcuda.so.*", "/usr/lib64/libcuda.so.*", "/usr/lib/libcuda.so.*")
	}
	return vulkanDrivers()
}

// vulkanDrivers are the descriptions of Vulkan drivers, and the libraries that they name.
func vulkanDrivers() []string {
	named := os.Getenv("VK_DRIVER_FILES") + string(filepath.ListSeparator) + os.Getenv("VK_ICD_FILENAMES")
	files := append(filepath.SplitList(named), globs("/usr/share/vulkan/icd.d/*.json", "/etc/vulkan/icd.d/*.json")...)
	for _, file := range files {
		var icd struct {
			ICD struct {
				Library string `json:"library_path"`
			}
		}
		data, err := os.ReadFile(file)
		if err != nil || json.Unmarshal(data, &icd) != nil || icd.ICD.Library == "" {
			continue
		}
		library := icd.ICD.Library
		switch {
		case filepath.IsAbs(library):
			files = append(files, library)
		case strings.Contains(library, "/"): // beside the description
			files = append(files, filepath.Join(filepath.Dir(file), library))
		default:
			files = append(files, globs("/usr/lib/x86_64-linux-gnu/"+library+"*", "/usr/lib/aarch64-linux-gnu/"+library+"*", "/usr/lib64/"+library+"*", "/usr/lib/"+library+"*")...)
		}
	}
	return files
}

func globs(patterns ...string) (files []string) {
	for _, p := range patterns {
		found, _ := filepath.Glob(p)
		files = append(files, found...)
	}
	return files
}
