#include "sim/expansion/checkpoint.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "sim/expansion/settings.h"

namespace footprint::sim {
namespace {

using nlohmann::json;

constexpr const char* kSchema = "footprint-checkpoint-2";
constexpr std::size_t kMostScenarioBytes = std::size_t{4} << 20;

std::string header_line(const RunsOf& of) {
    return json{{"schema", kSchema},
                {"file", of.file},
                {"scenario", of.scenario},
                {"inputs", of.inputs},
                {"version", of.version}}
        .dump(-1, ' ', false, json::error_handler_t::replace);
}

RunsOf read_header(const json& header) {
    RunsOf of;
    of.file = header.at("file").get<std::string>();
    of.scenario = header.at("scenario").get<std::string>();
    of.inputs = header.at("inputs").get<std::map<std::string, std::string>>();
    of.version = header.at("version").get<std::string>();
    return of;
}

// A setting that differs, as it is told.
struct Told {
    std::string key;
    std::string then;
    std::string now;
    std::string by;                  // the option that gives it now; else empty
    std::optional<FilePlace> place;  // in the scenario file that is given now
};

Told told_of(const SettingDifference& row, const RunsOf& now, const std::string& text) {
    Told told{row.key, row.first, row.second, {}, {}};
    auto place = row.place;
    if (!row.part.empty()) {
        told = {row.key + ": " + row.part, row.part_first, row.part_second, {}, {}};
        place->key = row.part;
    }
    if (const auto option = now.options.find(row.key); option != now.options.end()) {
        told.by = option->second;
    } else if (place) {
        told.place = find_setting(text, *place);
    }
    return told;
}

std::vector<Told> differences(const RunsOf& then, const RunsOf& now) {
    std::vector<Told> rows;
    const auto text = read_file(now.file, kMostScenarioBytes);
    for (const auto& setting : setting_differences(then.scenario, now.scenario)) {
        if (setting.key != "name" && setting.key != "title") {
            rows.push_back(told_of(setting, now, text));
        }
    }
    // As one reads the file; what it leaves out comes last.
    std::stable_sort(rows.begin(), rows.end(), [](const Told& a, const Told& b) {
        return a.place && (!b.place || *a.place < *b.place);
    });
    return rows;
}

std::string words(const Told& row, const RunsOf& then, const RunsOf& now) {
    const auto place = row.place.value_or(FilePlace{});
    const auto where =
        row.by.empty() ? fmt::format("{}:{}:{}", now.file, place.line, place.column) : row.by;
    const bool by_default = !row.now.empty() && row.by.empty() && !row.place;
    return fmt::format("{}: {} is {} now{}, and {} in {}", where, row.key,
                       row.now.empty() ? "not there" : row.now,
                       by_default ? ", left to the default" : "",
                       row.then.empty() ? "was not there" : "was " + row.then, then.file);
}

// The first input that is not the same, told; empty: all are.
std::string input_told(const RunsOf& then, const RunsOf& now) {
    std::set<std::string> names;
    for (const auto* of : {&then, &now}) {
        for (const auto& [name, digest] : of->inputs) {
            names.insert(name);
        }
    }
    for (const auto& name : names) {
        const auto before = then.inputs.find(name);
        const auto after = now.inputs.find(name);
        const bool same = before != then.inputs.end() && after != now.inputs.end() &&
                          before->second == after->second;
        if (!same) {
            return fmt::format("{}: it is not what it was", name);
        }
    }
    return "";
}

// Why runs made of `then` cannot go on as runs of `now`; empty: they can.
std::string reason_against(const RunsOf& then, const RunsOf& now) {
    if (then.version != now.version) {
        return fmt::format("footprint is {} now, and was {}", now.version, then.version);
    }
    const auto settings = differences(then, now);
    if (!settings.empty()) {
        const auto others = settings.size() - 1;
        return words(settings.front(), then, now) +
               (others == 0 ? "" : fmt::format(" ({} more differ)", others));
    }
    return input_told(then, now);
}

}  // namespace

Checkpoint::Checkpoint(std::filesystem::path file, const RunsOf& of) : file_(std::move(file)) {
    const std::uint64_t good = read(of);
    descriptor_ = ::open(file_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
    const bool ready = descriptor_ >= 0 &&
                       ::ftruncate(descriptor_, static_cast<off_t>(good)) == 0 &&
                       ::lseek(descriptor_, 0, SEEK_END) >= 0;
    if (!ready) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot write {}: {}", file_.string(), std::strerror(errno)));
    }
    if (good == 0) {
        append(header_line(of));
    }
}

std::uint64_t Checkpoint::read(const RunsOf& of) {
    std::ifstream old(file_);
    std::string line;
    if (!old || !std::getline(old, line) || old.eof()) {
        return 0;
    }
    const auto header = json::parse(line, nullptr, false);
    std::uint64_t good = line.size() + 1;
    while (std::getline(old, line) && !old.eof()) {
        const auto run = json::parse(line, nullptr, false);
        if (run.is_discarded() || !run.contains("run")) {
            break;
        }
        mark(run["run"].get<std::uint32_t>());
        good += line.size() + 1;
    }
    const bool ours = header.is_object() && header.value("schema", "") == kSchema;
    const auto against = ours ? reason_against(read_header(header), of)
                              : std::string("another version of footprint wrote it");
    if (!against.empty()) {
        throw Error(
            ExitCode::invalid,
            fmt::format("{}\n{} keeps {} runs{}; --resume goes on with them for the same scenario "
                        "alone: give that one, or choose another folder, or begin anew with -O",
                        against, file_.parent_path().string(), count_,
                        ours ? " of " + read_header(header).file : ""));
    }
    return good;
}

Checkpoint::~Checkpoint() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

void Checkpoint::append(const std::string& line) {
    const std::string bytes = line + "\n";
    for (std::size_t done = 0; done < bytes.size();) {
        const ssize_t put = ::write(descriptor_, bytes.data() + done, bytes.size() - done);
        if (put < 0 && errno != EINTR) {
            throw Error(ExitCode::failed,
                        fmt::format("cannot write {}: {}", file_.string(), std::strerror(errno)));
        }
        done += static_cast<std::size_t>(std::max<ssize_t>(put, 0));
    }
    ::fdatasync(descriptor_);
}

void Checkpoint::add(std::uint32_t run, const std::string& line) {
    append(line);
    mark(run);
}

void Checkpoint::mark(std::uint32_t run) {
    done_.resize(std::max<std::size_t>(done_.size(), run + std::size_t{1}));
    count_ += done_[run] ? 0U : 1U;
    done_[run] = true;
}

}  // namespace footprint::sim
