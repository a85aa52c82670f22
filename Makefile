# make run and make test are all that is needed on a fresh machine.
.PHONY: help run test build cli e2e check package package-linux package-windows package-macos setup setup-cli setup-test clean

# Looked for each time it is needed: the set-up may bring clang.
ifeq ($(origin CC),default)
CC = $(shell command -v clang >/dev/null 2>&1 && echo clang || echo cc)
endif
export CC
export CGO_LDFLAGS := -L$(CURDIR)/native/lib $(CGO_LDFLAGS)
# netgo and osusergo leave C out of the standard library, so that most of Go is
# compiled while a C compiler is still being installed.
export TAGS := migrated_fynedo x11 netgo osusergo
export TAGS_CLI := headless netgo osusergo

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: build ## install what is missing, build, open the window
	@bin/cascata

test: setup-test ## install what is missing, run every test
	@scripts/test.sh

build: setup ## the program, bin/cascata
	@go build -tags "$(TAGS)" -o bin/cascata .

cli: setup-cli ## the program without a window, bin/cascata-cli
	@go build -tags "$(TAGS_CLI)" -o bin/cascata-cli .

e2e: setup ## the program as the end-to-end tests drive it, bin/cascata-e2e
	@go build -tags "$(TAGS) e2e" -o bin/cascata-e2e .

check: setup ## what keeps the code honest: format, vet, staticcheck, govulncheck
	@scripts/check.sh

package: ## all packages that this machine can make, in build/packages
	@scripts/package/package.sh

package-linux: setup ## .deb, .rpm and a tar
	@scripts/package/linux.sh

package-windows: ## the installer, cross-built on Debian or Ubuntu
	@scripts/package/windows.sh

package-macos: setup ## the app and a disk image, on a Mac (not tried yet)
	@scripts/package/macos.sh

setup:
	@scripts/setup.sh app
setup-cli:
	@scripts/setup.sh cli
setup-test:
	@scripts/setup.sh test

clean: ## remove what was built and downloaded
	@rm -rf bin native
