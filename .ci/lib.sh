# Shared by ./run, ./check and .ci/run: packages and builds.

packages_build=(g++ cmake ninja-build pkg-config libboost1.81-dev libboost-json1.81-dev libssl-dev
  libldap-dev libyaml-cpp-dev libsqlite3-dev liblmdb-dev libsodium-dev libcrypt-dev libcli11-dev
  libutf8proc-dev)
packages_test=(libgtest-dev libgmock-dev libbenchmark-dev ldap-utils slapd slapd-contrib oathtool
  openssl python3 python3-ldap3 sqlite3 freeradius-utils)
packages_ci=(clang-format-14 clang-tidy-14)
packages_long=(clang-14 libclang-rt-14-dev clang-format-14 clang-tidy-14)

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# install_packages SET...: only what is missing; quick when nothing is.
install_packages() {
  local wanted=() missing=() set list name
  for set in "$@"; do
    list="packages_$set[@]"
    wanted+=("${!list}")
  done
  for name in "${wanted[@]}"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "installing: ${missing[*]}"
  as_root apt-get update -qq
  # slapd would start a server of its own at installation; the tests start theirs.
  as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# build PRESET [TARGET...]
build() {
  local preset=$1
  shift
  local options=()
  if [ ! -e "build/$preset/build.ninja" ]; then
    [ "$preset" = release ] && ! have_test_packages && options+=(-DPOSTERN_TESTS=OFF -DPOSTERN_BENCH=OFF)
    cmake --preset "$preset" "${options[@]}" >/dev/null
  fi
  cmake --build --preset "$preset" ${1:+--target "$@"}
}

have_test_packages() {
  dpkg-query -W -f='${Status}' libgtest-dev 2>/dev/null | grep -q 'ok installed'
}
