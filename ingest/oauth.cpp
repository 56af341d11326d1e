#include "ingest/oauth.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "ingest/command_output.h"
#include "ingest/https_form.h"
#include "ingest/secret_file.h"

namespace ingest {
namespace {

using schema::Result;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds usual_life{3600};
constexpr seconds before_its_end{300};
constexpr seconds longest_command{60};
constexpr seconds command_life{600};  // how long a command's token is kept: it does not say

// A word or sentence of a foreign answer, fit to be shown.
std::string text_of(const nlohmann::json& answer, const char* key) {
  if (!answer.is_object()) return "";
  const auto found = answer.find(key);
  if (found == answer.end() || !found->is_string()) return "";
  std::string text = found->get<std::string>();
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return text;
}

seconds seconds_of(const nlohmann::json& answer, const char* key, seconds otherwise) {
  if (!answer.is_object()) return otherwise;
  const auto found = answer.find(key);
  if (found == answer.end() || !found->is_number()) return otherwise;
  return seconds(std::clamp<std::int64_t>(found->get<std::int64_t>(), 0, 86400));
}

std::string why(const HttpAnswer& answer, const nlohmann::json& json) {
  const std::string error = text_of(json, "error"), description = text_of(json, "error_description").substr(0, 300);
  if (error.empty()) return "HTTP " + std::to_string(answer.status);
  return description.empty() ? error : error + ": " + description;
}

// Asking again with the same secrets will not help (RFC 6749 section 5.2).
bool is_final(const std::string& error) {
  return error == "invalid_grant" || error == "invalid_client" || error == "unauthorized_client" ||
         error == "invalid_scope" || error == "unsupported_grant_type" || error == "invalid_request";
}

Result<std::string> client_secret(const OAuthSettings& settings) {
  return settings.client_secret_file.empty() ? Result<std::string>(settings.client_secret)
                                             : read_secret(settings.client_secret_file);
}

}  // namespace

Result<std::string> TokenSource::token() {
  if (!token_.empty() && steady_clock::now() < good_until_) return token_;
  token_.clear();
  auto fresh = command_.empty() ? from_endpoint() : from_command();
  if (fresh) token_ = *fresh;
  return fresh;
}

Result<std::string> TokenSource::from_command() {
  const auto output = command_output(command_, longest_command, bell_);
  if (!output) return schema::unavailable("token_later", "token_command: " + output.error().message);
  if (output->exit_code != 0) {
    const std::string code = output->exit_code < 0 ? "a signal" : std::to_string(output->exit_code);
    return schema::unavailable("token_later", "token_command ended with " + code + ".");
  }
  std::string token = output->text.substr(0, output->text.find_first_of("\r\n"));
  if (token.empty()) return schema::unavailable("token_later", "token_command printed nothing.");
  good_until_ = steady_clock::now() + command_life;
  return token;
}

Result<std::string> TokenSource::from_endpoint() {
  auto secret = client_secret(settings_);
  if (!secret) return secret;
  FormFields fields = {{"client_id", settings_.client_id}, {"scope", settings_.scope}};
  if (!secret->empty()) fields["client_secret"] = *secret;
  std::string refresh_token;
  if (settings_.refresh_token_file.empty()) {
    fields["grant_type"] = "client_credentials";
  } else {
    auto read = read_secret(settings_.refresh_token_file);
    if (!read) return read;
    refresh_token = *read;
    fields["grant_type"] = "refresh_token";
    fields["refresh_token"] = refresh_token;
  }
  const auto answer = post_form(settings_.token_endpoint, fields, settings_.ca_file, bell_);
  if (!answer) return schema::unavailable("token_later", "No access token. " + answer.error().message);
  const auto json = nlohmann::json::parse(answer->body, nullptr, false);
  const std::string token = text_of(json, "access_token");
  if (answer->status != 200 || token.empty()) {
    return schema::unavailable(is_final(text_of(json, "error")) ? "token_refused" : "token_later",
                               settings_.token_endpoint + " gives no access token: " + why(*answer, json) + ".");
  }
  // Some give a new refresh token each time, and the old one ends (RFC 6749 section 6).
  const std::string next = text_of(json, "refresh_token");
  if (!refresh_token.empty() && !next.empty() && next != refresh_token) {
    if (auto kept = write_secret(settings_.refresh_token_file, next); !kept) return unexpected(kept.error());
  }
  good_until_ = steady_clock::now() + std::max(seconds(1), seconds_of(json, "expires_in", usual_life) - before_its_end);
  return token;
}

Result<std::string> device_flow(const OAuthSettings& settings, Bell& bell,
                                const std::function<void(const DeviceCode&)>& show) {
  auto secret = client_secret(settings);
  if (!secret) return secret;
  const auto begun = post_form(settings.device_endpoint, {{"client_id", settings.client_id}, {"scope", settings.scope}},
                               settings.ca_file, bell);
  if (!begun) return unexpected(begun.error());
  const auto code = nlohmann::json::parse(begun->body, nullptr, false);
  DeviceCode device;
  device.user_code = text_of(code, "user_code");
  device.verification_uri = text_of(code, "verification_uri");
  if (device.verification_uri.empty()) device.verification_uri = text_of(code, "verification_url");  // Google
  device.verification_uri_complete = text_of(code, "verification_uri_complete");
  if (begun->status != 200 || device.user_code.empty() || device.verification_uri.empty()) {
    return schema::unavailable("token_refused",
                               settings.device_endpoint + " gives no code: " + why(*begun, code) + ".");
  }
  show(device);

  FormFields fields = {{"client_id", settings.client_id},
                       {"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
                       {"device_code", text_of(code, "device_code")}};
  if (!secret->empty()) fields["client_secret"] = *secret;
  auto interval = std::max(seconds(1), seconds_of(code, "interval", seconds(5)));
  const auto end = steady_clock::now() + seconds_of(code, "expires_in", seconds(900));
  while (steady_clock::now() < end) {
    if (bell.wait(interval)) return schema::unavailable("interrupted", "Interrupted.");
    const auto answer = post_form(settings.token_endpoint, fields, settings.ca_file, bell);
    if (!answer) continue;  // the way there may be bad for a moment
    const auto json = nlohmann::json::parse(answer->body, nullptr, false);
    const std::string error = text_of(json, "error");
    if (answer->status == 200) {
      const std::string token = text_of(json, "refresh_token");
      if (!token.empty()) return token;
      return schema::unavailable("token_refused",
                                 "There is no refresh token in the answer: the scope may lack "
                                 "offline_access.");
    }
    if (error == "slow_down") interval += seconds(5);
    if (error != "authorization_pending" && error != "slow_down") {
      return schema::unavailable("token_refused", "The login was not allowed: " + why(*answer, json) + ".");
    }
  }
  return schema::unavailable("token_later", "The code has expired before anybody used it.");
}

}  // namespace ingest
