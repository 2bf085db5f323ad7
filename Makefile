# make demo   installs what is missing, builds in release and opens the dashboard on a living demo
# make test   installs what is missing and runs every check and test
# make build  the release binary, .build/release/leeway
# make gate   how many instructions a line costs (needs valgrind); fails above 4,500

SHELL := /bin/bash
PACKAGES := libncurses-dev libsqlite3-dev libsodium-dev zlib1g-dev tmux
SWIFT_FLAGS := --explicit-target-dependency-import-check error
RELEASE_FLAGS := -c release --static-swift-stdlib
SWIFT_FOLDERS := Package.swift Sources Tests

.PHONY: demo build test lint gate dependencies install clean

demo: build
	@.build/release/leeway demo

build: dependencies
	@echo "leeway: building in release (the first time takes a few minutes)"
	@swift build $(SWIFT_FLAGS) $(RELEASE_FLAGS) --product leeway

test: dependencies lint
	@echo "leeway: building the tests"
	@swift build $(SWIFT_FLAGS) --build-tests
	@swift test --skip-build --skip EndToEnd
	@echo "leeway: the built program, end to end"
	@swift test --skip-build --filter EndToEnd

# What a line may cost: instructions of the release binary, counted by valgrind.
gate: build
	@Tests/instructions-per-line.sh .build/release/leeway 4500

lint:
	@echo "leeway: checking the format"
	@swift format lint --strict -p -r $(SWIFT_FOLDERS)

dependencies:
	@missing=""; \
	for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q "ok installed" || missing="$$missing $$package"; \
	done; \
	if ! command -v swift >/dev/null; then \
	  echo "leeway: no swift found: install a Swift 6.2 or later toolchain from swift.org and put it on the PATH" >&2; exit 1; \
	fi; \
	if [ -n "$$missing" ]; then \
	  echo "leeway: installing$$missing"; \
	  if [ "$$(id -u)" = 0 ]; then run=""; \
	  elif command -v sudo >/dev/null; then run="sudo"; \
	  else echo "leeway: these packages are needed:$$missing. Install them as root and run make again" >&2; exit 1; fi; \
	  $$run apt-get update -qq && $$run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	fi

install: build
	@install -D -m 755 .build/release/leeway $(DESTDIR)$(or $(PREFIX),/usr/local)/bin/leeway

clean:
	@rm -rf .build
