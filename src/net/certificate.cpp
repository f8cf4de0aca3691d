#include "net/certificate.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <memory>
#include <optional>
#include <set>
#include <system_error>

#include "net/unique_fd.h"

namespace postern::net {

namespace {

namespace fs = std::filesystem;
using Time = std::chrono::system_clock::time_point;
using Days = std::chrono::duration<std::int64_t, std::ratio<86400>>;

constexpr Days kCaLife{3650};
constexpr Days kServerLife{825};             // the most that common clients accept
constexpr std::chrono::hours kClockSkew{1};  // a client's clock may be a little behind
constexpr std::string_view kCaName = "postern generated CA";

template <auto Free>
struct With {
  template <typename T>
  void operator()(T* pointer) const noexcept {
    Free(pointer);
  }
};
void free_bio(BIO* bio) { BIO_free_all(bio); }
void free_names(GENERAL_NAMES* names) { GENERAL_NAMES_free(names); }

using Key = std::unique_ptr<EVP_PKEY, With<EVP_PKEY_free>>;
using Cert = std::unique_ptr<X509, With<X509_free>>;
using Bio = std::unique_ptr<BIO, With<free_bio>>;
using Names = std::unique_ptr<GENERAL_NAMES, With<free_names>>;
using Number = std::unique_ptr<BIGNUM, With<BN_free>>;

struct Pair {
  Cert certificate;
  Key key;
};

int no_passphrase(char*, int, int, void*) { return -1; }

Fault file_fault(const char* verb, const fs::path& file, int error) {
  return Fault{std::string("cannot ") + verb + " " + file.string() + ": " +
               std::generic_category().message(error)};
}

// --- files
// ----------------------------------------------------------------------------------------

bool write_all(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t count = ::write(fd, data, size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    data += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

// Written beside, synchronised, renamed: a reader sees the old file or the new one.
std::optional<Fault> replace_file(const fs::path& file, BIO* content, mode_t mode) {
  const fs::path draft = file.string() + ".new";
  ::unlink(draft.c_str());
  const UniqueFd fd(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!fd) return file_fault("write", draft, errno);
  char* data = nullptr;
  const long size = BIO_get_mem_data(content, &data);
  if (!write_all(fd.get(), data, static_cast<std::size_t>(size)) || ::fchmod(fd.get(), mode) != 0 ||
      ::fsync(fd.get()) != 0 || ::rename(draft.c_str(), file.c_str()) != 0) {
    const int error = errno;
    ::unlink(draft.c_str());
    return file_fault("write", file, error);
  }
  return std::nullopt;
}

std::optional<Fault> write_key(const fs::path& file, EVP_PKEY* key) {
  const Bio text(BIO_new(BIO_s_secmem()));
  if (!text ||
      PEM_write_bio_PrivateKey(text.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return Fault{"cannot encode the key for " + file.string()};
  }
  return replace_file(file, text.get(), 0600);
}

std::optional<Fault> write_chain(const fs::path& file, std::initializer_list<X509*> chain) {
  const Bio text(BIO_new(BIO_s_mem()));
  if (!text) return Fault{"cannot encode the certificate for " + file.string()};
  for (X509* certificate : chain) {
    if (PEM_write_bio_X509(text.get(), certificate) != 1) {
      return Fault{"cannot encode the certificate for " + file.string()};
    }
  }
  return replace_file(file, text.get(), 0644);
}

// Nothing: one of the files is missing or they do not fit together.
std::optional<Pair> read_pair(const fs::path& certificate, const fs::path& key) {
  const Bio certificate_file(BIO_new_file(certificate.c_str(), "r"));
  const Bio key_file(BIO_new_file(key.c_str(), "r"));
  Pair pair;
  if (certificate_file)
    pair.certificate.reset(
        PEM_read_bio_X509(certificate_file.get(), nullptr, &no_passphrase, nullptr));
  if (key_file)
    pair.key.reset(PEM_read_bio_PrivateKey(key_file.get(), nullptr, &no_passphrase, nullptr));
  const bool fits = pair.certificate && pair.key &&
                    X509_check_private_key(pair.certificate.get(), pair.key.get()) == 1;
  ERR_clear_error();
  if (!fits) return std::nullopt;
  return pair;
}

// --- reading certificates
// -------------------------------------------------------------------------

bool lives_until(X509* certificate, Time when) {
  const time_t at = std::chrono::system_clock::to_time_t(when);
  return X509_cmp_time(X509_get0_notAfter(certificate), const_cast<time_t*>(&at)) > 0;
}

std::optional<std::string> ip_octets(const std::string& name) {
  unsigned char octets[16];
  if (::inet_pton(AF_INET, name.c_str(), octets) == 1) return std::string(octets, octets + 4);
  if (::inet_pton(AF_INET6, name.c_str(), octets) == 1) return std::string(octets, octets + 16);
  return std::nullopt;
}

// Comparable forms: "D" and the name, "I" and the address in network order.
std::set<std::string> wanted_names(const std::vector<std::string>& names) {
  std::set<std::string> out;
  for (const std::string& name : names) {
    const std::optional<std::string> address = ip_octets(name);
    out.insert(address ? "I" + *address : "D" + name);
  }
  return out;
}

std::string text_of(const ASN1_STRING* value) {
  const unsigned char* data = ASN1_STRING_get0_data(value);
  return std::string(data, data + ASN1_STRING_length(value));
}

std::set<std::string> names_in(X509* certificate) {
  std::set<std::string> out;
  const Names names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (!names) return out;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) out.insert("D" + text_of(name->d.dNSName));
    if (name->type == GEN_IPADD) out.insert("I" + text_of(name->d.iPAddress));
  }
  return out;
}

// --- making certificates
// --------------------------------------------------------------------------

bool set_life(X509* certificate, Time now, Days life) {
  const time_t from = std::chrono::system_clock::to_time_t(now - kClockSkew);
  const time_t until = std::chrono::system_clock::to_time_t(now + life);
  return ASN1_TIME_set(X509_getm_notBefore(certificate), from) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), until) != nullptr;
}

// 20 octets at most and positive (RFC 5280 4.1.2.2); random, so that a renewed one never repeats.
bool set_serial(X509* certificate) {
  const Number number(BN_new());
  return number && BN_rand(number.get(), 128, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_common_name(X509_NAME* name, std::string_view text) {
  return X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()), -1, 0) == 1;
}

bool add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, With<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// Built as values, not as a configuration text: a name cannot smuggle in another field.
bool add_names(X509* certificate, const std::set<std::string>& wanted) {
  const Names names(sk_GENERAL_NAME_new_null());
  if (!names) return false;
  for (const std::string& form : wanted) {
    const bool dns = form.front() == 'D';
    std::unique_ptr<GENERAL_NAME, With<GENERAL_NAME_free>> name(GENERAL_NAME_new());
    std::unique_ptr<ASN1_STRING, With<ASN1_STRING_free>> value(
        ASN1_STRING_type_new(dns ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING));
    if (!name || !value ||
        ASN1_STRING_set(value.get(), form.data() + 1, static_cast<int>(form.size() - 1)) != 1) {
      return false;
    }
    GENERAL_NAME_set0_value(name.get(), dns ? GEN_DNS : GEN_IPADD, value.release());
    if (sk_GENERAL_NAME_push(names.get(), name.get()) <= 0) return false;
    name.release();
  }
  return X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) ==
         1;
}

// A new key and what every certificate has: version 3, serial, life.
std::optional<Pair> begin_pair(Time now, Days life, std::string_view common_name) {
  Pair pair{Cert(X509_new()), Key(EVP_EC_gen("P-256"))};
  X509* certificate = pair.certificate.get();
  const bool made = pair.certificate && pair.key &&
                    X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
                    set_life(certificate, now, life) &&
                    set_common_name(X509_get_subject_name(certificate), common_name) &&
                    X509_set_pubkey(certificate, pair.key.get()) == 1;
  if (!made) return std::nullopt;
  return pair;
}

std::optional<Pair> make_ca(Time now) {
  std::optional<Pair> pair = begin_pair(now, kCaLife, kCaName);
  if (!pair) return std::nullopt;
  X509* certificate = pair->certificate.get();
  const bool made =
      X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) == 1 &&
      add_extension(certificate, certificate, NID_basic_constraints,
                    "critical,CA:TRUE,pathlen:0") &&
      add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign") &&
      add_extension(certificate, certificate, NID_subject_key_identifier, "hash") &&
      X509_sign(certificate, pair->key.get(), EVP_sha256()) > 0;
  if (!made) return std::nullopt;
  return pair;
}

std::optional<Pair> make_server(const Pair& ca, const std::set<std::string>& names,
                                const std::string& first, Time now) {
  // The common name is for people (64 characters at most); clients compare the alternative names.
  std::optional<Pair> pair = begin_pair(now, kServerLife, first.size() <= 64 ? first : "postern");
  if (!pair) return std::nullopt;
  X509* certificate = pair->certificate.get();
  X509* issuer = ca.certificate.get();
  const bool made =
      X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
      add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
      add_extension(certificate, issuer, NID_key_usage, "critical,digitalSignature") &&
      add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth") &&
      add_extension(certificate, issuer, NID_subject_key_identifier, "hash") &&
      add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always") &&
      add_names(certificate, names) && X509_sign(certificate, ca.key.get(), EVP_sha256()) > 0;
  if (!made) return std::nullopt;
  return pair;
}

// --- the two steps
// --------------------------------------------------------------------------------

Fallible<Pair> ensure_ca(const fs::path& folder, Time now) {
  const fs::path certificate = folder / "ca.pem";
  const fs::path key = folder / "ca.key";
  std::error_code ignored;
  const bool exists = fs::exists(certificate, ignored);
  std::optional<Pair> pair = read_pair(certificate, key);
  if (exists && !pair) {
    return Fault{"cannot read the CA in " + certificate.string() + " and " + key.string() +
                 ": missing, unreadable, damaged, or not a pair; restore or remove both"};
  }
  if (pair && lives_until(pair->certificate.get(), now + kServerLife)) return *std::move(pair);
  pair = make_ca(now);
  if (!pair) return Fault{"cannot generate a CA for " + certificate.string()};
  // The key first: a certificate without its key would be taken for damage, a lone key is replaced.
  std::optional<Fault> fault = write_key(key, pair->key.get());
  if (!fault) fault = write_chain(certificate, {pair->certificate.get()});
  if (fault) return *fault;
  return *std::move(pair);
}

bool still_good(const CertificateFiles& files, const Pair& ca, const std::set<std::string>& names,
                Time now) {
  const std::optional<Pair> pair = read_pair(files.certificate, files.key);
  if (!pair || !lives_until(pair->certificate.get(), now + kRenewBefore)) return false;
  const bool ours = X509_verify(pair->certificate.get(), ca.key.get()) == 1;
  ERR_clear_error();
  return ours && names_in(pair->certificate.get()) == names;
}

std::optional<Fault> make_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return std::nullopt;
  if (!fs::create_directories(folder, error) && error)
    return file_fault("make the folder", folder, error.value());
  fs::permissions(folder, fs::perms::owner_all, error);
  if (error) return file_fault("set the permissions of", folder, error.value());
  return std::nullopt;
}

}  // namespace

Fallible<CertificateFiles> ensure_certificates(const fs::path& folder,
                                               const std::vector<std::string>& names, Time now) {
  if (names.empty())
    return Fault{"cannot generate a certificate in " + folder.string() + ": no names given"};
  if (std::optional<Fault> fault = make_folder(folder)) return *fault;
  Fallible<Pair> ca = ensure_ca(folder, now);
  if (!ca) return ca.fault();
  CertificateFiles files{folder / "ca.pem", folder / "server.pem", folder / "server.key", false};
  const std::set<std::string> wanted = wanted_names(names);
  if (still_good(files, *ca, wanted, now)) return files;
  const std::optional<Pair> server = make_server(*ca, wanted, names.front(), now);
  if (!server) return Fault{"cannot generate a certificate for " + files.certificate.string()};
  std::optional<Fault> fault = write_key(files.key, server->key.get());
  if (!fault)
    fault = write_chain(files.certificate, {server->certificate.get(), ca->certificate.get()});
  if (fault) return *fault;
  files.renewed = true;
  return files;
}

std::vector<Time> certificate_ends(std::string_view pem) {
  std::vector<Time> out;
  const Bio text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  while (text) {
    const Cert certificate(PEM_read_bio_X509(text.get(), nullptr, &no_passphrase, nullptr));
    if (!certificate) break;
    std::tm when{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &when) != 1) continue;
    out.push_back(std::chrono::system_clock::from_time_t(::timegm(&when)));
  }
  ERR_clear_error();
  return out;
}

}  // namespace postern::net
