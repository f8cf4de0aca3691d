#include "app/check.h"

#include <chrono>
#include <fstream>
#include <iterator>

#include "app/attestation_roots.h"
#include "app/blueprints/blueprint.h"
#include "app/certificate_watch.h"
#include "app/commands/context.h"
#include "app/profiles/profiles.h"
#include "app/radius/dictionaries.h"
#include "net/tls_context.h"

namespace postern::app {
namespace {

std::size_t check_blueprint(const std::filesystem::path& file, const Console& console) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const auto parsed = parse_blueprint(text, file.string());
  const auto* errors = std::get_if<FileErrors>(&parsed);
  if (errors == nullptr) return 0;
  for (const FileError& error : *errors) console.note(to_text(error) + "\n");
  return errors->size();
}

std::size_t check_folder(const std::filesystem::path& folder, const Console& console) {
  std::error_code error;
  std::size_t faults = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
    const auto extension = entry.path().extension();
    if (extension == ".yaml" || extension == ".yml")
      faults += check_blueprint(entry.path(), console);
  }
  if (!error) return faults;
  console.note(folder.string() + ": cannot be read: " + error.message() + "\n");
  return faults + 1;
}

std::size_t check_tls(const Config& config, const Console& console) {
  if (!config.tls.certificate) return 0;
  net::TlsOptions options;
  options.main = {*config.tls.certificate, *config.tls.key, {}};
  options.client_ca = config.tls.client_ca;
  options.ciphers = config.tls.ciphers;
  options.ciphersuites = config.tls.ciphersuites;
  const auto loaded = net::TlsContext::load(options);
  if (loaded) return 0;
  console.note(loaded.fault().text + "\n");
  return 1;
}

void warn_of_ends(const Config& config, const Console& console) {
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  for (const CertificateEnd& one : certificate_ends(config, config.tls.certificate.value_or(""))) {
    if (const auto text = end_warning(one, now.count())) console.note("warning: " + *text + "\n");
  }
}

std::size_t check_dictionaries(const Config& config, const Console& console) {
  try {
    load_dictionaries(config.radius.dictionaries);
    return 0;
  } catch (const StateError& error) {
    console.note(std::string(error.what()) + "\n");
    return 1;
  }
}

std::size_t check_attestation_roots(const Config& config, const Console& console) {
  try {
    load_attestation_roots(config.webauthn);
    return 0;
  } catch (const StateError& error) {
    console.note(std::string(error.what()) + "\n");
    return 1;
  }
}

}  // namespace

int check(const Config& config, const Console& console) {
  for (const FileError& warning : config.warnings) {
    console.note("warning: " + to_text(warning) + "\n");
  }
  warn_of_ends(config, console);
  std::size_t faults = check_tls(config, console) + check_dictionaries(config, console) +
                       check_attestation_roots(config, console);
  for (const FileError& error : load_profiles(config.profiles).errors) {
    console.note(to_text(error) + "\n");
    ++faults;
  }
  for (const auto& folder : config.blueprints) faults += check_folder(folder, console);
  if (faults != 0) return kUsage;
  console.line(config.file.empty() ? "no configuration file: the defaults hold"
                                   : config.file.string() + ": no errors");
  return kDone;
}

}  // namespace postern::app
