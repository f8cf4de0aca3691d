#include "app/profiles/profiles.h"

#include <algorithm>

#include "app/config/yaml_reader.h"
#include "app/profiles/builtin.h"

namespace postern::app {
namespace {

void take(std::variant<ClientProfile, FileErrors> parsed, ProfileSet& set) {
  if (auto* errors = std::get_if<FileErrors>(&parsed)) {
    set.errors.insert(set.errors.end(), errors->begin(), errors->end());
    return;
  }
  ClientProfile& profile = std::get<ClientProfile>(parsed);
  const auto same = [&profile](const ClientProfile& other) {
    return other.shape.name == profile.shape.name;
  };
  const auto found = std::find_if(set.profiles.begin(), set.profiles.end(), same);
  if (found == set.profiles.end()) {
    set.profiles.push_back(std::move(profile));
  } else {
    *found = std::move(profile);
  }
}

std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder, ProfileSet& set) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const auto extension = entry.path().extension();
    const bool hidden = entry.path().filename().string().front() == '.';
    if (!hidden && (extension == ".yaml" || extension == ".yml")) files.push_back(entry.path());
  }
  if (error) {
    set.errors.push_back({folder.string(), 0, 0, "cannot be read: " + error.message()});
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

const ClientProfile* ProfileSet::find(std::string_view name) const noexcept {
  for (const ClientProfile& profile : profiles) {
    if (profile.shape.name == name) return &profile;
  }
  return nullptr;
}

std::string ProfileSet::names() const {
  std::string out;
  for (const ClientProfile& profile : profiles) {
    if (!out.empty()) out += ", ";
    out += profile.shape.name;
  }
  return out;
}

ProfileSet load_profiles(std::span<const std::filesystem::path> folders) {
  ProfileSet set;
  for (const BuiltinProfile& builtin : builtin_profiles()) {
    take(parse_profile(builtin.text, "built-in " + std::string(builtin.path)), set);
  }
  for (const auto& folder : folders) {
    for (const auto& file : files_of(folder, set)) {
      const auto text = read_text_file(file);
      if (const auto* error = std::get_if<FileError>(&text)) {
        set.errors.push_back(*error);
      } else {
        take(parse_profile(std::get<std::string>(text), file.string()), set);
      }
    }
  }
  std::sort(
      set.profiles.begin(), set.profiles.end(),
      [](const ClientProfile& a, const ClientProfile& b) { return a.shape.name < b.shape.name; });
  return set;
}

std::shared_ptr<const directory::Shapes> shapes_of(const ProfileSet& set, const Config& config) {
  auto shapes = std::make_shared<directory::Shapes>();
  for (const ClientProfile& profile : set.profiles) shapes->profiles.push_back(profile.shape);
  shapes->types = config.attributes;
  return shapes;
}

}  // namespace postern::app
