package ort

import (
	"fmt"
	"reflect"
	"unsafe"

	ort "github.com/yalue/onnxruntime_go"
)

// only calls run while net is asked for no more than the outputs of the given
// indices, as the library can. onnxruntime_go v1.36.0 can not: it fixes the
// outputs of a session as it is made, copies those that are left out, and
// fails on those in float16. So its list of names is cut for the time of run.
func only(net *ort.DynamicAdvancedSession, wanted []int, run func() error) error {
	field := reflect.ValueOf(net).Elem().FieldByName("s")
	if field.Kind() == reflect.Pointer {
		field = field.Elem().FieldByName("outputNames")
	}
	if !field.IsValid() || field.Type().String() != "[]*onnxruntime_go._Ctype_char" {
		return fmt.Errorf("onnxruntime_go has changed: it keeps no list of output names")
	}
	list := (*[]unsafe.Pointer)(unsafe.Pointer(field.UnsafeAddr()))
	all := *list
	if len(wanted) == len(all) {
		return run()
	}
	defer func() { *list = all }()
	*list = make([]unsafe.Pointer, 0, len(wanted))
	for _, i := range wanted {
		*list = append(*list, all[i])
	}
	return run()
}
