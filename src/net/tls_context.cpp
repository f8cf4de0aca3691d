#include "net/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <string_view>
#include <system_error>
#include <utility>

#include "protocols/ascii.h"

namespace postern::net {

namespace {

struct FreeContext {
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
using ContextPtr = std::unique_ptr<SSL_CTX, FreeContext>;

// OpenSSL's own reason, without its file names and line numbers. The earliest error is the cause,
// the later ones tell who passed it on.
std::string openssl_reason() {
  const unsigned long code = ERR_peek_error();
  ERR_clear_error();
  if (code == 0) return "unknown error";
  if (ERR_SYSTEM_ERROR(code)) return std::generic_category().message(ERR_GET_REASON(code));
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "error " + std::to_string(code);
}

Fault cannot_use(const char* what, const std::filesystem::path& file) {
  return Fault{std::string("cannot use the ") + what + " " + file.string() + ": " +
               openssl_reason()};
}

// An encrypted key must be an error, not a prompt on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

void configure(SSL_CTX* context) {
  SSL_CTX_set_default_passwd_cb(context, &no_passphrase);
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(
      context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_read_ahead(context, 1);  // one system call a record instead of two
}

std::optional<Fault> choose_ciphers(SSL_CTX* context, const TlsOptions& options) {
  ERR_clear_error();
  if (!options.ciphers.empty() && SSL_CTX_set_cipher_list(context, options.ciphers.c_str()) != 1) {
    return Fault{"cannot use the ciphers " + options.ciphers + ": " + openssl_reason()};
  }
  if (!options.ciphersuites.empty() &&
      SSL_CTX_set_ciphersuites(context, options.ciphersuites.c_str()) != 1) {
    return Fault{"cannot use the cipher suites " + options.ciphersuites + ": " + openssl_reason()};
  }
  return std::nullopt;
}

struct FreePem {
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
  void operator()(X509* one) const noexcept { X509_free(one); }
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
using BioPtr = std::unique_ptr<BIO, FreePem>;
using X509Ptr = std::unique_ptr<X509, FreePem>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreePem>;

BioPtr reader_of(const std::string& pem) {
  return BioPtr(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// Leaf first, then its chain. OpenSSL's error queue says why not.
bool use_certificate_pem(SSL_CTX* context, const std::string& pem) {
  const BioPtr bio = reader_of(pem);
  const X509Ptr leaf(bio ? PEM_read_bio_X509_AUX(bio.get(), nullptr, &no_passphrase, nullptr)
                         : nullptr);
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) return false;
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, &no_passphrase, nullptr)) {
    if (SSL_CTX_add0_chain_cert(context, next) != 1) {
      X509_free(next);
      return false;
    }
  }
  ERR_clear_error();  // the end of the text is one, too
  return true;
}

bool use_key_pem(SSL_CTX* context, const std::string& pem) {
  const BioPtr bio = reader_of(pem);
  const KeyPtr key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_passphrase, nullptr)
                       : nullptr);
  return key && SSL_CTX_use_PrivateKey(context, key.get()) == 1;
}

Fallible<ContextPtr> load_identity(const TlsIdentity& identity, const TlsOptions& options) {
  ERR_clear_error();
  ContextPtr context(SSL_CTX_new(TLS_server_method()));
  if (!context) return Fault{"cannot set up TLS: " + openssl_reason()};
  configure(context.get());
  if (std::optional<Fault> fault = choose_ciphers(context.get(), options)) return *fault;
  const bool in_memory = !identity.certificate_pem.empty();
  const bool certificate = in_memory ? use_certificate_pem(context.get(), identity.certificate_pem)
                                     : SSL_CTX_use_certificate_chain_file(
                                           context.get(), identity.certificate.c_str()) == 1;
  if (!certificate) return cannot_use("certificate", identity.certificate);
  const bool loaded = in_memory ? use_key_pem(context.get(), identity.key_pem)
                                : SSL_CTX_use_PrivateKey_file(context.get(), identity.key.c_str(),
                                                              SSL_FILETYPE_PEM) == 1;
  if (!loaded && ERR_GET_REASON(ERR_peek_last_error()) != X509_R_KEY_VALUES_MISMATCH) {
    return cannot_use("key", identity.key);
  }
  // A key of another kind (RSA beside an EC certificate) loads, and fails only here.
  if (!loaded || SSL_CTX_check_private_key(context.get()) != 1) {
    ERR_clear_error();
    return Fault{"the key " + identity.key.string() + " does not belong to the certificate " +
                 identity.certificate.string()};
  }
  return context;
}

int accept_any_client(int, X509_STORE_CTX*) { return 1; }

// Revocation lists among the authorities are obeyed, for the whole chain. One that is out of date
// admits nobody.
void obey_revocations(X509_STORE* store) {
  STACK_OF(X509_OBJECT)* all = X509_STORE_get0_objects(store);
  for (int i = 0; i < sk_X509_OBJECT_num(all); ++i) {
    if (X509_OBJECT_get_type(sk_X509_OBJECT_value(all, i)) != X509_LU_CRL) continue;
    X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    return;
  }
}

// Asks for a certificate of these authorities. Which identity it proves, and whether it verified
// (SSL_get_verify_result), is judged above TLS; a handshake without or with a bad one goes on
// unless certificates are required.
std::optional<Fault> ask_clients(SSL_CTX* context, const std::filesystem::path& authorities,
                                 bool required) {
  ERR_clear_error();
  if (SSL_CTX_load_verify_file(context, authorities.c_str()) != 1)
    return cannot_use("client CA", authorities);
  STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(authorities.c_str());
  if (names == nullptr) return cannot_use("client CA", authorities);
  SSL_CTX_set_client_CA_list(context, names);
  obey_revocations(SSL_CTX_get_cert_store(context));
  if (required) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  } else {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, &accept_any_client);
  }
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
  return std::nullopt;
}

// Where a handshake keeps the identity that a key was looked up for.
void free_identity(void*, void* held, CRYPTO_EX_DATA*, int, long, void*) {
  delete static_cast<std::string*>(held);
}
int identity_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, &free_identity);
  return index;
}
void remember_identity(SSL* ssl, std::string_view identity) {
  delete static_cast<std::string*>(SSL_get_ex_data(ssl, identity_index()));
  SSL_set_ex_data(ssl, identity_index(), new std::string(identity));
}

// Resumption is off with keys: a reused session of TLS 1.3 is one that began with a key.
bool made_with_key(const SSL* ssl) noexcept {
  if (SSL_version(ssl) >= TLS1_3_VERSION) return SSL_session_reused(ssl) == 1;
  const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl);
  return cipher != nullptr && SSL_CIPHER_get_auth_nid(cipher) == NID_auth_psk;
}

std::string lower(std::string_view name) {
  std::string out = ascii_lowered(name);
  if (!out.empty() && out.back() == '.') out.pop_back();
  return out;
}

}  // namespace

struct TlsContext::State {
  std::function<std::optional<std::string>(std::string_view)> psk;
  std::string alpn;
  ContextPtr main;
  std::vector<ContextPtr> others;
  std::map<std::string, SSL_CTX*, std::less<>> by_name;

  SSL_CTX* choose(std::string_view server_name) const {
    const std::string name = lower(server_name);
    if (const auto exact = by_name.find(name); exact != by_name.end()) return exact->second;
    const std::size_t dot = name.find('.');
    if (dot == std::string::npos || dot == 0) return nullptr;
    const auto wildcard = by_name.find("*" + name.substr(dot));
    return wildcard == by_name.end() ? nullptr : wildcard->second;
  }

  static int on_server_name(SSL* ssl, int*, void* self) {
    const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
    SSL_CTX* chosen = static_cast<const State*>(self)->choose(name);
    if (chosen != nullptr) SSL_set_SSL_CTX(ssl, chosen);
    return SSL_TLSEXT_ERR_OK;
  }

  static unsigned on_psk(SSL* ssl, const char* identity, unsigned char* key, unsigned room) {
    const auto* self = static_cast<const State*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    if (identity == nullptr || self == nullptr) return 0;
    std::optional<std::string> found = self->psk(identity);
    if (!found || found->size() > room) return 0;
    remember_identity(ssl, identity);
    std::copy(found->begin(), found->end(), key);
    OPENSSL_cleanse(found->data(), found->size());
    return static_cast<unsigned>(found->size());
  }

  static int on_alpn(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in,
                     unsigned int length, void* context) {
    const std::string& wanted = static_cast<const State*>(context)->alpn;
    for (unsigned at = 0; at < length; at += in[at] + 1U) {
      const std::string_view one(reinterpret_cast<const char*>(in + at + 1), in[at]);
      if (one != wanted) continue;
      *out = in + at + 1;
      *size = in[at];
      return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
};

Fallible<std::shared_ptr<const TlsContext>> TlsContext::load(const TlsOptions& options) {
  auto state = std::make_unique<State>();
  Fallible<ContextPtr> main = load_identity(options.main, options);
  if (!main) return main.fault();
  state->main = *std::move(main);
  for (const TlsIdentity& identity : options.named) {
    Fallible<ContextPtr> loaded = load_identity(identity, options);
    if (!loaded) return loaded.fault();
    for (const std::string& name : identity.names)
      state->by_name.emplace(lower(name), loaded->get());
    state->others.push_back(*std::move(loaded));
  }
  // Verification settings come from the context that the handshake began with, the main one; the
  // certificate alone is taken from the chosen one.
  if (options.client_ca) {
    if (std::optional<Fault> fault =
            ask_clients(state->main.get(), *options.client_ca, options.client_required))
      return *fault;
  }
  // The version is negotiated in the main context, before a name chooses another.
  if (options.tls13_only) SSL_CTX_set_min_proto_version(state->main.get(), TLS1_3_VERSION);
  if (options.psk) {
    state->psk = options.psk;
    SSL_CTX_set_app_data(state->main.get(), state.get());
    SSL_CTX_set_psk_server_callback(state->main.get(), &State::on_psk);
    // OpenSSL counts a key of TLS 1.3 as a session and refuses those without a name for their use.
    constexpr unsigned char kUse[] = {'r', 'a', 'd', 's', 'e', 'c'};
    SSL_CTX_set_session_id_context(state->main.get(), kUse, sizeof kUse);
    SSL_CTX_set_options(state->main.get(), SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(state->main.get(), 0);
  }
  if (!options.alpn.empty()) {
    state->alpn = options.alpn;
    SSL_CTX_set_alpn_select_cb(state->main.get(), &State::on_alpn, state.get());
  }
  // What the macro SSL_CTX_set_tlsext_servername_callback does, without its C cast.
  SSL_CTX_callback_ctrl(state->main.get(), SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                        reinterpret_cast<void (*)()>(&State::on_server_name));
  SSL_CTX_set_tlsext_servername_arg(state->main.get(), state.get());
  return std::shared_ptr<const TlsContext>(new TlsContext(std::move(state)));
}

std::string psk_identity(ssl_st* ssl) {
  const auto* held = static_cast<const std::string*>(SSL_get_ex_data(ssl, identity_index()));
  return held != nullptr && made_with_key(ssl) ? *held : std::string();
}

TlsContext::TlsContext(std::unique_ptr<State> state) : state_(std::move(state)) {}

TlsContext::~TlsContext() = default;

ssl_st* TlsContext::make_ssl() const { return SSL_new(state_->main.get()); }

std::shared_ptr<const TlsContext> TlsSlot::get() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

void TlsSlot::set(std::shared_ptr<const TlsContext> context) {
  const std::lock_guard lock(mutex_);
  context_.swap(context);
}

}  // namespace postern::net
