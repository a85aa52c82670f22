package cards

import (
	"bytes"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// What is called of dxgi.dll's interfaces, by their places in the tables.
const (
	release       = 2
	getDesc1      = 10 // IDXGIAdapter1
	enumAdapters1 = 12 // IDXGIFactory1
)

// An object of COM begins with the address of its table of functions.
type object struct{ table *[16]uintptr }

func (o *object) call(function int, args ...uintptr) uintptr {
	r, _, _ := syscall.SyscallN(o.table[function], append([]uintptr{uintptr(unsafe.Pointer(o))}, args...)...)
	return r
}

// adapterDesc is DXGI_ADAPTER_DESC1.
type adapterDesc struct {
	Description                            [128]uint16
	Vendor, Device, SubSys, Revision       uint32
	VideoMemory, SystemMemory, SharedSpace uintptr // bytes
	LUID                                   [2]uint32
	Flags                                  uint32
}

const (
	softwareFlag = 2         // DXGI_ADAPTER_FLAG_SOFTWARE
	ownMemory    = 512 << 20 // bytes; what shares the processor's sets aside less
)

// adapters are those that DirectX lists, in its order, which is DirectML's too.
func adapters() []adapter {
	dxgi := windows.NewLazySystemDLL("dxgi.dll")
	create := dxgi.NewProc("CreateDXGIFactory1")
	if create.Find() != nil {
		return nil
	}
	id := windows.GUID{Data1: 0x770aae78, Data2: 0xf26f, Data3: 0x4dba, Data4: [8]byte{0xa8, 0x29, 0x25, 0x3c, 0x83, 0xd1, 0xb3, 0x87}}
	var factory *object
	if r, _, _ := create.Call(uintptr(unsafe.Pointer(&id)), uintptr(unsafe.Pointer(&factory))); int32(r) < 0 || factory == nil {
		return nil
	}
	defer factory.call(release)
	var list []adapter
	for i := uintptr(0); ; i++ {
		var a *object
		if r := factory.call(enumAdapters1, i, uintptr(unsafe.Pointer(&a))); int32(r) < 0 || a == nil {
			return list
		}
		var d adapterDesc
		r := a.call(getDesc1, uintptr(unsafe.Pointer(&d)))
		a.call(release)
		if int32(r) < 0 {
			return list // the numbers of those that follow would be others
		}
		list = append(list, d.adapter())
	}
}

func (d *adapterDesc) adapter() adapter {
	a := adapter{Card: Card{Name: windows.UTF16ToString(d.Description[:])}, kind: shared}
	switch {
	case d.Flags&softwareFlag != 0:
		a.kind = software
	case d.VideoMemory > ownMemory:
		a.kind, a.Memory = discrete, int64(d.VideoMemory)
	}
	return a
}

func cudaCard(index int) (c Card, ok bool) {
	driver := windows.NewLazySystemDLL("nvcuda.dll")
	call := func(name string, args ...uintptr) bool {
		p := driver.NewProc(name)
		if p.Find() != nil {
			return false
		}
		r, _, _ := p.Call(args...)
		return r == 0
	}
	var (
		device int32
		name   [256]byte
		total  uintptr
	)
	if !call("cuInit", 0) || !call("cuDeviceGet", uintptr(unsafe.Pointer(&device)), uintptr(index)) ||
		!call("cuDeviceGetName", uintptr(unsafe.Pointer(&name[0])), uintptr(len(name)), uintptr(device)) ||
		!call("cuDeviceTotalMem_v2", uintptr(unsafe.Pointer(&total)), uintptr(device)) {
		return c, false
	}
	text, _, _ := bytes.Cut(name[:], []byte{0})
	return Card{string(text), int64(total)}, true
}
