# Shared by ./run, ./check and .ci/run: packages and builds.

packages_build=(g++ cmake ninja-build pkg-config libboost1.81-dev libboost-json1.81-dev libssl-dev
  libldap-dev libyaml-cpp-dev libsqlite3-dev liblmdb-dev libsodium-dev libcrypt-dev libcli11-dev
  libutf8proc-dev libzxcvbn-dev libcurl4-openssl-dev liblua5.4-dev libre2-dev libmaxminddb-dev)
packages_test=(libgtest-dev libgmock-dev libbenchmark-dev ldap-utils slapd slapd-contrib oathtool
  openssl python3 python3-yaml python3-ldap3 sqlite3 freeradius-utils eapoltest python3-pyrad
  python3-ldap python3-aiosmtpd python3-cryptography libfido2-1 apache2-bin curl pamtester iproute2 chromium libfaketime)
# Daemons and modules that would change the machine when installed (PAM, NSS, services): they are
# unpacked into build/peers, and tests run them there (tests/system/private_world.py).
packages_unpacked=(nslcd libnss-ldapd libpam-ldapd
  sssd-ldap sssd-common sssd-krb5-common libnss-sss libpam-sss libbasicobjects0 libcollection4
  libdhash1 libpath-utils1 libref-array1 libini-config5 libtalloc2 libtdb1 libtevent0 libldb2
  libsss-idmap0 libsss-certmap0 libsss-nss-idmap0 libnl-3-200 libnl-route-3-200 libnfsidmap1 libpopt0
  dovecot-core dovecot-ldap libexttextcat-2.0-0 liblua5.4-0 postfix postfix-ldap radsecproxy
  libpam-radius-auth libradcli4 hostapd wpasupplicant libnl-genl-3-200 libpcsclite1)
packages_ci=(clang-format-14 clang-tidy-14)
packages_long=(clang-14 libclang-rt-14-dev clang-format-14 clang-tidy-14 lintian debootstrap)

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

# unpack_packages: packages_unpacked into build/peers, anew when the list or this machine's index changed.
unpack_packages() {
  local root=build/peers wanted archive
  wanted=$(indexed_packages || true)
  if [ -z "$wanted" ]; then
    as_root apt-get update -qq
    wanted=$(indexed_packages)
  fi
  [ -e "$root/contents" ] && [ "$(cat "$root/contents")" = "$wanted" ] && return 0
  echo "unpacking: ${packages_unpacked[*]}"
  rm -rf "$root"
  mkdir -p "$root/archives" "$root/var"
  fetch_packages "$root/archives" || { as_root apt-get update -qq; fetch_packages "$root/archives"; }
  for archive in "$root"/archives/*.deb; do dpkg -x "$archive" "$root"; done
  # As on a system with one /usr.
  if [ -d "$root/lib" ]; then cp -a "$root/lib/." "$root/usr/lib/" && rm -r "$root/lib"; fi
  if [ -d "$root/sbin" ]; then cp -a "$root/sbin/." "$root/usr/sbin/" && rm -r "$root/sbin"; fi
  rm -r "$root/archives"
  echo "$wanted" > "$root/contents"
}

indexed_packages() {
  apt-cache show --no-all-versions "${packages_unpacked[@]}" 2>/dev/null | grep -E '^(Package|Version):'
}

# The published description of the API that tests hold answers against, by npm (Debian's unless there
# is another one).
fetch_contract() {
  local version=2026.8.3
  [ -e build/contract/schema.yml ] && return 0
  command -v npm >/dev/null || { packages_npm=(npm); install_packages npm; }
  echo "fetching: @goauthentik/api@$version"
  mkdir -p build/contract
  (cd build/contract && npm pack --silent "@goauthentik/api@$version" >/dev/null \
    && tar -xzf goauthentik-api-*.tgz --strip-components=1 package/schema.yml && rm goauthentik-api-*.tgz)
}

# What builds the web interface and drives a browser before it, as web/package-lock.json says.
fetch_web() {
  local stamp=web/node_modules/.of-lock
  [ -e "$stamp" ] && cmp -s "$stamp" web/package-lock.json && return 0
  command -v npm >/dev/null || { packages_npm=(npm); install_packages npm; }
  echo "fetching: packages of web/"
  # Not `npm ci`: it wants the builds of rollup for every other system in the lock file, too.
  (cd web && npm install --no-save --silent --ignore-scripts --no-audit --no-fund)
  cp web/package-lock.json "$stamp"
}

fetch_packages() {
  (cd "$1" && apt-get download -qq "${packages_unpacked[@]}" 2>/dev/null)
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
