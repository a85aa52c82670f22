package app

import (
	"context"
	"errors"
	"io/fs"

	"cascata/app/catalogue"
	"cascata/app/cuda"
	"cascata/app/disk"
	"cascata/app/hub"
	"cascata/inference"
)

// A Message is what the artist reads: what happened and what to do next.
type Message struct {
	Title, Help string
}

// Explain turns an error into a message. The error itself has the details.
func Explain(err error) Message {
	for _, c := range causes {
		if errors.Is(err, c.err) {
			return Message{c.title, c.help}
		}
	}
	return Message{"That did not work.", "The details say why; the log has more."}
}

// ExitCode is what a headless command returns for err.
func ExitCode(err error) int {
	if err == nil {
		return 0
	}
	for _, c := range causes {
		if errors.Is(err, c.err) {
			return c.exit
		}
	}
	return 1
}

// ErrUsage marks a command line that cannot be meant.
var ErrUsage = errors.New("wrong use")

// ErrOutput says that standard output takes no more.
var ErrOutput = errors.New("what the command prints could not be written")

// ErrNoDisplay says that no window can be opened.
var ErrNoDisplay = errors.New("there is no display that a window can be opened on")

// ErrNoOpenGL says that the display has no OpenGL that a window can be drawn with.
var ErrNoOpenGL = errors.New("the display has no OpenGL 2.1")

var causes = []struct {
	err         error
	exit        int
	title, help string
}{
	{ErrStuck, 1, "Cascata is already running and does not answer.", "End it, and start it again. Nothing that was made or waits is lost."},
	{context.Canceled, 130, "Cancelled.", "Nothing was lost."},
	{ErrUsage, 2, "The command was not understood.", "cascata help lists the commands."},
	{inference.ErrBadRequest, 2, "A setting cannot be used.", "Change the setting that is named and try again."},
	{catalogue.ErrUnknown, 2, "There is no model of this name.", "cascata models list has those that can be downloaded, and those that are here."},
	{catalogue.ErrNotOurs, 2, "This was not downloaded by Cascata.", "What others put there, others delete."},
	{catalogue.ErrTaken, 2, "The name cannot be used.", "Choose another one."},
	{catalogue.ErrLicence, 2, "The model's licence must be accepted first.", "Read it, and accept it with --accept-licence."},
	{cuda.ErrLicence, 2, "The licences must be accepted first.", "Read them, and accept them with --accept-licence."},
	{cuda.ErrSystem, 4, "CUDA cannot be installed for this system by Cascata.", "The details say what to install by hand."},
	{hub.ErrSpace, 5, "There is not enough room on the disk.", "Make room there, and download again: it goes on where it ended."},
	{hub.ErrBusy, 5, "Another download is running.", "Wait until it has ended, or stop it."},
	{hub.ErrNetwork, 6, "The download did not get through.", "Check the connection, and download again: it goes on where it ended."},
	{hub.ErrAccess, 6, "The server does not let you have this.", "Its page says what to accept; a token in HF_TOKEN says who you are."},
	{hub.ErrMissing, 6, "The server does not have this any more.", "Look at its page whether it was moved."},
	{hub.ErrCorrupt, 6, "A file arrived damaged.", "Nothing of it was kept. Download again later, or over another network."},
	{disk.ErrNewer, 5, "A newer version of Cascata wrote a file that this one cannot read.", "Use the newer version. The file was not changed."},
	{disk.ErrWrite, 5, "A file could not be written.", "Check that the folder exists, is yours to write in, and that the disk is not full."},
	{ErrOutput, 5, "Standard output takes no more.", "Check where it goes: the file must be yours to write, and the disk not full."},
	{disk.ErrNoFile, 2, "There is no such file.", "Check where it lies and how it is spelled; it may have been moved or deleted."},
	{disk.ErrNotFolder, 2, "This is not a folder that can be read.", "Check where it lies and how it is spelled, or choose another one."},
	{disk.ErrNotPicture, 2, "This is not a picture that can be read.", "Choose a PNG, JPEG or WebP file."},
	{inference.ErrCache, 5, "A file could not be written.", "Check that the folder exists, is yours to write in, and that the disk is not full."},
	{inference.ErrBadLoRA, 3, "A LoRA cannot be used.", "The details say which file, and why. Choose one that was made for this model, or make the picture without it."},
	{inference.ErrNoRuntime, 4, "ONNX Runtime was not found.", "Install Cascata again, or name the library in CASCATA_ORT."},
	{fs.ErrPermission, 3, "A file or folder may not be read.", "Change its permissions, or choose another one."},
	{inference.ErrModelMissing, 3, "The model, or a part of it, was not found.", "Choose a folder or files that hold a Stable Cascade model; the built-in one is called demo."},
	{inference.ErrUnsupported, 3, "This model cannot be used.", "Choose a Stable Cascade model: diffusers folders, original or ComfyUI files, or an ONNX bundle."},
	{inference.ErrBadModel, 3, "A model file is damaged or incomplete.", "Download that file again."},
	{inference.ErrOutOfMemory, 4, "There was not enough memory.", "Try a smaller picture, fewer at once, another precision or the lite model, or close other programs."},
	{ErrNoDisplay, 4, "The window cannot be opened.", "Start Cascata in a desktop session; cascata generate makes pictures without a display."},
	{ErrNoOpenGL, 4, "The window cannot be drawn.", "Install the current driver of the graphics card. In a virtual machine or over a remote desktop, cascata generate makes pictures without a window."},
	{inference.ErrNoDevice, 4, "The device cannot be used.", "cascata devices says what works here and what is missing; --device auto picks what works."},
	{inference.ErrNotFinite, 3, "The model produced numbers that are not finite.", "In another precision than fp32, try --precision fp32; in fp32 its weights are damaged: download the model again."},
}
