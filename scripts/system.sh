# System libraries, through the system's package manager. Sourced by setup.sh.

# Packages for each manager: a compiler, then the window's, then the tests'.
# clang compiles Fyne's OpenGL binding ten times faster than gcc.
packages() {
  case "$1" in
  apt-get) base="clang pkg-config"
           window="libgl-dev libx11-dev libxcursor-dev libxrandr-dev libxinerama-dev libxi-dev libxxf86vm-dev libxkbcommon-dev"
           tests="xvfb xdotool xclip imagemagick libgl1-mesa-dri chromium libvulkan1 strace" ;;
  dnf)     base="clang gcc-c++ pkgconf"
           window="libX11-devel libXcursor-devel libXrandr-devel libXinerama-devel libXi-devel libXxf86vm-devel mesa-libGL-devel libxkbcommon-devel"
           tests="xorg-x11-server-Xvfb xdotool xclip ImageMagick mesa-dri-drivers chromium vulkan-loader strace" ;;
  pacman)  base="clang gcc pkgconf"
           window="libx11 libxcursor libxrandr libxinerama libxi libxxf86vm mesa libxkbcommon"
           tests="xorg-server-xvfb xdotool xclip imagemagick chromium vulkan-icd-loader strace" ;;
  zypper)  base="clang gcc-c++ pkg-config"
           window="libX11-devel libXcursor-devel libXrandr-devel libXinerama-devel libXi-devel libXxf86vm-devel Mesa-libGL-devel libxkbcommon-devel"
           tests="xorg-x11-server-Xvfb xdotool xclip ImageMagick Mesa-dri chromium libvulkan1 strace" ;;
  esac
}

# system_packages WANT: sets manager and list to what is to be installed; list is
# empty where nothing is missing. The artist is asked.
system_packages() {
  manager="" list=""
  [ "$(uname -s)" = Linux ] || return 0 # macOS and Windows bring theirs with the compiler
  local missing=""
  { have clang || have gcc; } && have c++ || missing="a C and C++ compiler"
  if [ "$1" != cli ]; then
    { have pkg-config && pkg-config --exists gl x11 xcursor xrandr xinerama xi xxf86vm; } || missing="$missing the window's libraries"
  fi
  if [ "$1" = test ]; then
    for tool in Xvfb xdotool xclip import; do have "$tool" || missing="$missing $tool"; done
    [ -e /usr/lib/chromium/vk_swiftshader_icd.json ] || missing="$missing SwiftShader"
    ldconfig -p 2>/dev/null | grep -q libvulkan.so.1 || missing="$missing libvulkan1"
  fi
  have npm || have pip3 || have pip || [ -n "${CASCATA_ORT:-}" ] || onnx_runtime_ready || missing="$missing npm"
  [ -n "$missing" ] || return 0

  for m in apt-get dnf pacman zypper; do if have $m; then manager=$m; break; fi; done
  [ -n "$manager" ] || fail "Missing:$missing. Install a C compiler, npm and the X11 and OpenGL development files with your package manager."
  packages $manager
  list=$base
  [ "$1" = cli ] || list="$list $window"
  [ "$1" = test ] && list="$list $tests"
  case "$missing" in *npm) list="$list npm" ;; esac
  say "Missing: $missing. $manager will install: $list"
  allowed || fail "Install these by hand and run this again: $list"
}

# allowed asks the artist, unless root or CI.
allowed() {
  local answer
  [ "$(id -u)" = 0 ] || [ "${CI:-}" = true ] && return 0
  read -r -p "  Install them now? [y/N] " answer </dev/tty || return 1
  case "$answer" in [yY]*) ;; *) return 1 ;; esac
}

install_system_packages() {
  local sudo=""
  [ -n "$list" ] || return 0
  [ "$(id -u)" = 0 ] || sudo=sudo
  case "$manager" in
  apt-get) $sudo apt-get update -q >/dev/null && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $list >/dev/null ;;
  dnf)     $sudo dnf install -y -q $list ;;
  pacman)  $sudo pacman -S --needed --noconfirm $list ;;
  zypper)  $sudo zypper --non-interactive install $list ;;
  esac || fail "$manager failed. Install these by hand and run this again: $list"
}
