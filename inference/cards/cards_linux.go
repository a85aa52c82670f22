package cards

// #cgo LDFLAGS: -ldl
// #include <dlfcn.h>
// #include <stdint.h>
// #include <string.h>
//
// enum { most = 16 };
//
// struct adapter { char name[256]; uint32_t kind; uint64_t memory; };
//
// // vulkan fills list with the adapters that the system's Vulkan drivers have and
// // returns how many there are.
// static int vulkan(struct adapter *list) {
// 	void *lib = dlopen("libvulkan.so.1", RTLD_NOW | RTLD_LOCAL);
// 	if (lib == NULL) return 0;
// 	int32_t (*create)(const void *, const void *, void **) = dlsym(lib, "vkCreateInstance");
// 	int32_t (*enumerate)(void *, uint32_t *, void **) = dlsym(lib, "vkEnumeratePhysicalDevices");
// 	void (*properties)(void *, void *) = dlsym(lib, "vkGetPhysicalDeviceProperties");
// 	void (*memory)(void *, void *) = dlsym(lib, "vkGetPhysicalDeviceMemoryProperties");
// 	void (*destroy)(void *, const void *) = dlsym(lib, "vkDestroyInstance");
// 	uint32_t n = 0;
// 	// VkInstanceCreateInfo without layers and extensions
// 	struct { int32_t type; const void *next; uint32_t flags; const void *app; uint32_t layers; const void *layer; uint32_t extensions; const void *extension; } info = {1};
// 	void *instance = NULL, *devices[most];
// 	if (create && enumerate && properties && memory && destroy && create(&info, NULL, &instance) == 0) {
// 		n = most;
// 		if (enumerate(instance, &n, devices) < 0) n = 0;
// 		for (uint32_t i = 0; i < n; i++) {
// 			uint64_t buf[512]; // more than either structure takes
// 			const char *b = (const char *)buf;
// 			memset(buf, 0, sizeof buf);
// 			properties(devices[i], buf); // apiVersion, driverVersion, vendorID, deviceID, deviceType, deviceName[256]
// 			memcpy(&list[i].kind, b + 16, 4);
// 			memcpy(list[i].name, b + 20, 256);
// 			list[i].name[255] = 0;
// 			memset(buf, 0, sizeof buf);
// 			memory(devices[i], buf); // 32 memory types of 8 bytes after their number, then heaps: size, flags
// 			uint32_t heaps;
// 			memcpy(&heaps, b + 260, 4);
// 			list[i].memory = 0;
// 			for (uint32_t h = 0; h < heaps && h < 16; h++) {
// 				uint64_t size;
// 				uint32_t flags;
// 				memcpy(&size, b + 264 + 16 * h, 8);
// 				memcpy(&flags, b + 272 + 16 * h, 4);
// 				if (flags & 1 && size > list[i].memory) list[i].memory = size; // VK_MEMORY_HEAP_DEVICE_LOCAL_BIT
// 			}
// 		}
// 		destroy(instance, NULL);
// 	}
// 	dlclose(lib);
// 	return n;
// }
//
// // cuda says what NVIDIA's driver knows of a card. The driver stays loaded: it
// // does not bear being started a second time.
// static int cuda(int index, struct adapter *a) {
// 	void *lib = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
// 	if (lib == NULL) return 0;
// 	int (*init)(unsigned) = dlsym(lib, "cuInit");
// 	int (*get)(int *, int) = dlsym(lib, "cuDeviceGet");
// 	int (*name)(char *, int, int) = dlsym(lib, "cuDeviceGetName");
// 	int (*total)(size_t *, int) = dlsym(lib, "cuDeviceTotalMem_v2");
// 	int device = 0;
// 	size_t bytes = 0;
// 	if (!init || !get || !name || !total || init(0) != 0 || get(&device, index) != 0) return 0;
// 	if (name(a->name, sizeof a->name, device) != 0 || total(&bytes, device) != 0) return 0;
// 	a->memory = bytes;
// 	return 1;
// }
import "C"

// adapters are those that Vulkan drivers have.
func adapters() []adapter {
	var found [C.most]C.struct_adapter
	n := int(C.vulkan(&found[0]))
	var list []adapter
	for _, f := range found[:n] {
		a := adapter{Card: Card{Name: C.GoString(&f.name[0])}}
		switch f.kind { // VkPhysicalDeviceType
		case 1: // integrated
			a.kind = shared
		case 2:
			a.kind, a.Memory = discrete, int64(f.memory)
		}
		list = append(list, a)
	}
	return list
}

func cudaCard(index int) (Card, bool) {
	var a C.struct_adapter
	if C.cuda(C.int(index), &a) == 0 {
		return Card{}, false
	}
	return Card{C.GoString(&a.name[0]), int64(a.memory)}, true
}
