// Features of a vector file as rows of text: attributes by name, and the point as lon and lat.
#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "geo/catalog/rows.h"
#include "geo/io/vector_reader.h"

namespace footprint::geo {
namespace {

std::string text_of(const Value& value) {
    struct Writer {
        std::string operator()(std::monostate) const { return ""; }
        std::string operator()(const std::string& text) const { return text; }
        std::string operator()(std::int64_t number) const { return std::to_string(number); }
        std::string operator()(double number) const { return fmt::format("{}", number); }
        std::string operator()(Date date) const { return date.iso(); }
        std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    };
    return std::visit(Writer{}, value);
}

// The geometry says it; attributes of these names are copies of it.
bool names_a_coordinate(std::string_view name) {
    constexpr std::array<std::string_view, 8> kNames{"lon", "lng", "long", "longitude",
                                                     "x",   "lat", "y",    "latitude"};
    const std::string lower = lower_ascii(name);
    for (const auto known : kNames) {
        if (lower == known) {
            return true;
        }
    }
    return false;
}

class VectorRows final : public RowSource {
  public:
    VectorRows(const std::filesystem::path& path, std::string shown, const ReadOptions& options)
        : name_(std::move(shown)) {
        ReadOptions telling = options;
        telling.on_bad = [this](std::uint64_t feature, const BadFeature& bad) {
            number_ = feature;
            fault("unreadable-feature", bad.what(), "");
        };
        reader_ = open_vector(path, telling);
        header_ = {"lon", "lat"};
        const auto& fields = reader_->schema().fields;
        for (std::size_t i = 0; i < fields.size(); ++i) {
            if (!names_a_coordinate(fields[i].name)) {
                header_.push_back(fields[i].name);
                attributes_.push_back(i);
            }
        }
        // Features without attributes are told from no features by looking.
        if (fields.empty()) {
            waiting_ = read();
            empty_ = !waiting_ && diagnostics_.empty();
        }
    }

    const std::string& name() const override { return name_; }
    const std::vector<std::string>& header() const override { return header_; }
    std::size_t line() const override { return number_; }
    const Diagnostics& diagnostics() const override { return diagnostics_; }
    std::string_view field(std::size_t column) const override { return trimmed(texts_[column]); }

    bool empty() const override { return empty_; }

    bool next() override {
        while (std::exchange(waiting_, false) || read()) {
            const auto* points = std::get_if<Points>(&feature_.geometry);
            if (points != nullptr && points->at.size() == 1) {
                take(points->at.front());
                return true;
            }
            fault("no-point", "expected a feature with one point", "a region is one position");
        }
        return false;
    }

  private:
    // The file ends at what cannot be read; what came before it stands.
    bool read() {
        try {
            const bool found = reader_->next(feature_);
            ++number_;
            return found;
        } catch (const Error& error) {
            if (error.code() != ExitCode::invalid) {
                throw;
            }
            ++number_;
            fault("unreadable-feature", error.what(), "the features after it are not read");
            return false;
        }
    }

    void take(LonLat at) {
        texts_.assign(header_.size(), "");
        texts_[0] = fmt::format("{}", at.lon);
        texts_[1] = fmt::format("{}", at.lat);
        for (std::size_t i = 0; i < attributes_.size(); ++i) {
            texts_[i + 2] = text_of(feature_.values[attributes_[i]]);
        }
    }

    void fault(std::string code, std::string message, std::string hint) {
        if (diagnostics_.size() <= FaultList::kMost) {
            diagnostics_.push_back({Severity::error, std::move(code), name_, number_, "", "",
                                    std::move(message), std::move(hint)});
        }
    }

    std::string name_;
    std::unique_ptr<VectorReader> reader_;
    std::vector<std::string> header_;
    std::vector<std::size_t> attributes_;  // field of the schema, by column after lon and lat
    std::vector<std::string> texts_;       // of the current feature, by column
    Feature feature_;
    std::size_t number_ = 0;
    bool waiting_ = false;  // feature_ is read and not yet asked for
    bool empty_ = false;
    Diagnostics diagnostics_;
};

}  // namespace

std::vector<std::unique_ptr<RowSource>> catalog_layers(const std::filesystem::path& path,
                                                       const std::string& shown) {
    std::vector<std::unique_ptr<RowSource>> rows;
    const auto layers = list_layers(path);
    for (const auto& layer : layers) {
        if (layers.size() > 1 && (layer.name == "regions" || layer.name == "pipeline")) {
            ReadOptions options;
            options.layer = layer.name;
            rows.push_back(std::make_unique<VectorRows>(
                path, fmt::format("{}:{}", shown, layer.name), options));
        }
    }
    if (rows.empty()) {
        // The only layer; of several that have other names the reader says what it holds.
        rows.push_back(std::make_unique<VectorRows>(path, shown, ReadOptions{}));
    }
    return rows;
}

}  // namespace footprint::geo
