#include "geo/io/gpkg_reader.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>
#include <span>

#include "base/error.h"
#include "base/text.h"
#include "geo/io/layer_choice.h"
#include "geo/io/reference_system.h"
#include "geo/io/rfc7946.h"
#include "geo/io/wkb.h"

namespace footprint::geo {
namespace {

constexpr int kLongestValue = 256 << 20;  // bytes of one blob or text

struct CloseDatabase {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct FinishStatement {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, FinishStatement>;

// Reading only, and nothing that a schema could use to do more.
int authorize(void* /*data*/, int action, const char* first, const char* /*second*/,
              const char* /*database*/, const char* /*trigger*/) {
    if (action == SQLITE_SELECT || action == SQLITE_READ) {
        return SQLITE_OK;
    }
    if (action == SQLITE_FUNCTION) {
        return SQLITE_OK;  // unsafe ones are off with trusted_schema
    }
    const bool harmless =
        action == SQLITE_PRAGMA && first != nullptr &&
        (std::strcmp(first, "table_info") == 0 || std::strcmp(first, "cell_size_check") == 0);
    return harmless ? SQLITE_OK : SQLITE_DENY;
}

std::string uri_of(const std::filesystem::path& path) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string uri = "file:";
    for (const char c : std::filesystem::absolute(path).string()) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '/' || c == '.' || c == '-' || c == '_') {
            uri += c;
        } else {
            uri += '%';
            uri += kHex[byte >> 4U];
            uri += kHex[byte & 0xFU];
        }
    }
    return uri + "?mode=ro&immutable=1";
}

std::string quoted_name(const std::string& identifier) {
    std::string out = "\"";
    for (const char c : identifier) {
        out += c;
        if (c == '"') {
            out += '"';
        }
    }
    return out + "\"";
}

std::string text_of(sqlite3_stmt* row, int column) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
    return bytes == nullptr
               ? std::string()
               : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(row, column)));
}

class Database {
  public:
    explicit Database(const std::filesystem::path& path) : name_(path.string()) {
        sqlite3* raw = nullptr;
        const int code =
            sqlite3_open_v2(uri_of(path).c_str(), &raw,
                            SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
        handle_.reset(raw);
        if (code != SQLITE_OK) {
            fail("it cannot be opened");
        }
        harden();
    }

    Statement prepare(const std::string& sql) const {
        sqlite3_stmt* raw = nullptr;
        const int code = sqlite3_prepare_v2(handle_.get(), sql.c_str(),
                                            static_cast<int>(sql.size()), &raw, nullptr);
        Statement statement(raw);
        if (code != SQLITE_OK) {
            fail("it is damaged or not a GeoPackage");
        }
        return statement;
    }

    bool step(sqlite3_stmt* statement) const {
        const int code = sqlite3_step(statement);
        if (code != SQLITE_ROW && code != SQLITE_DONE) {
            fail("it is damaged");
        }
        return code == SQLITE_ROW;
    }

    const std::string& name() const { return name_; }

  private:
    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ExitCode::invalid, fmt::format("cannot read {}: {}: SQLite says '{}'", name_,
                                                   what, sqlite3_errmsg(handle_.get())));
    }

    void harden() const {
        sqlite3* db = handle_.get();
        sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
        sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
        sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
        sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
        sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
        sqlite3_limit(db, SQLITE_LIMIT_LENGTH, kLongestValue);
        sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
        sqlite3_set_authorizer(db, &authorize, nullptr);
        // Damage is noticed where it is met instead of spreading.
        step(prepare("PRAGMA cell_size_check=ON").get());
    }

    std::string name_;
    std::unique_ptr<sqlite3, CloseDatabase> handle_;
};

struct Table {
    std::string name;
    std::string description;
    std::string geometry_column;  // empty: attributes only
    std::string geometry_type;
    int srs_id = 4326;
};

GeometryType geometry_type(const Table& table) {
    if (table.geometry_column.empty()) {
        return GeometryType::none;
    }
    const std::string name = lower_ascii(table.geometry_type);
    constexpr std::array<std::pair<std::string_view, GeometryType>, 6> kNames = {{
        {"point", GeometryType::point},
        {"multipoint", GeometryType::multipoint},
        {"linestring", GeometryType::line},
        {"multilinestring", GeometryType::multiline},
        {"polygon", GeometryType::polygon},
        {"multipolygon", GeometryType::multipolygon},
    }};
    for (const auto& [text, type] : kNames) {
        if (name == text) {
            return type;
        }
    }
    return GeometryType::any;
}

std::vector<Table> tables_of(const Database& database) {
    const Statement rows = database.prepare(
        "SELECT c.table_name, c.description, g.column_name, g.geometry_type_name, g.srs_id "
        "FROM gpkg_contents c LEFT JOIN gpkg_geometry_columns g ON g.table_name = c.table_name "
        "WHERE c.data_type IN ('features', 'attributes') ORDER BY c.rowid");
    std::vector<Table> tables;
    while (database.step(rows.get())) {
        Table table;
        table.name = text_of(rows.get(), 0);
        table.description = text_of(rows.get(), 1);
        table.geometry_column = text_of(rows.get(), 2);
        table.geometry_type = text_of(rows.get(), 3);
        table.srs_id = sqlite3_column_int(rows.get(), 4);
        tables.push_back(std::move(table));
    }
    return tables;
}

// Views and virtual tables run what the file's author wrote.
void require_plain_table(const Database& database, const std::string& table) {
    const Statement row = database.prepare(
        "SELECT type, sql FROM sqlite_master WHERE lower(name) = lower(?1) AND type IN ('table', "
        "'view')");
    sqlite3_bind_text(row.get(), 1, table.c_str(), static_cast<int>(table.size()),
                      SQLITE_TRANSIENT);
    const bool found = database.step(row.get());
    const bool plain = found && text_of(row.get(), 0) == "table" &&
                       !lower_ascii(text_of(row.get(), 1)).starts_with("create virtual");
    if (!plain) {
        throw Error(
            ExitCode::invalid,
            fmt::format("cannot read {}: layer '{}' is {}; expected a table. Save the layer "
                        "as a table of its own",
                        database.name(), table, found ? "a view" : "missing"));
    }
}

enum class ColumnKind { text, integer, real, date, boolean, blob };

ColumnKind kind_of(const std::string& declared) {
    const std::string type = lower_ascii(declared);
    const auto has = [&type](const char* part) { return type.find(part) != std::string::npos; };
    if (type.starts_with("bool")) {
        return ColumnKind::boolean;
    }
    if (type == "date") {
        return ColumnKind::date;
    }
    if (type.starts_with("blob")) {
        return ColumnKind::blob;
    }
    if (has("char") || has("text") || has("date")) {
        return ColumnKind::text;
    }
    if (has("int")) {
        return ColumnKind::integer;
    }
    if (has("real") || has("floa") || has("doub") || has("num") || has("dec")) {
        return ColumnKind::real;
    }
    return ColumnKind::text;
}

FieldType field_type(ColumnKind kind) {
    switch (kind) {
        case ColumnKind::integer:
            return FieldType::integer;
        case ColumnKind::real:
            return FieldType::real;
        case ColumnKind::date:
            return FieldType::date;
        case ColumnKind::boolean:
            return FieldType::boolean;
        default:
            return FieldType::text;
    }
}

class GpkgReader final : public VectorReader {
  public:
    GpkgReader(const std::filesystem::path& path, const ReadOptions& options)
        : database_(path), limits_(options.limits) {
        const std::vector<Table> tables = tables_of(database_);
        std::vector<std::string> names;
        for (const Table& table : tables) {
            names.push_back(table.name);
        }
        table_ = tables[choose_layer(database_.name(), names, options.layer)];
        require_plain_table(database_, table_.name);
        where_ = fmt::format("{}, layer '{}'", database_.name(), table_.name);
        schema_.layer = table_.name;
        schema_.description = table_.description;
        schema_.geometry = geometry_type(table_);
        find_reference_system();
        start();
    }

    const Schema& schema() const override { return schema_; }
    const std::vector<std::string>& notes() const override { return notes_; }

    bool next(Feature& feature) override {
        if (!database_.step(rows_.get())) {
            return false;
        }
        if (++count_ > limits_.features && limits_.features != 0) {
            throw Error(ExitCode::invalid, fmt::format("{}: more than {} features, the limit",
                                                       where_, limits_.features));
        }
        try {
            read_feature(feature);
        } catch (const Error& error) {
            throw BadFeature(error.what());
        }
        return true;
    }

  private:
    void read_feature(Feature& feature) {
        feature.id = std::nullopt;
        if (has_id_) {
            feature.id = sqlite3_column_int64(rows_.get(), 0);
        }
        feature.values.resize(kinds_.size());
        for (std::size_t i = 0; i < kinds_.size(); ++i) {
            read_value(i, feature.values[i]);
        }
        read_geometry(feature.geometry);
    }

    std::string where() const { return fmt::format("{}, feature {}", where_, count_); }

    void find_reference_system() {
        if (table_.geometry_column.empty()) {
            return;
        }
        if (table_.srs_id == 0 || table_.srs_id == -1) {
            notes_.push_back(where_ +
                             ": no reference system is stated; its coordinates are taken as WGS 84 "
                             "longitude and latitude");
            return;
        }
        const Statement row = database_.prepare(
            "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys "
            "WHERE srs_id = ?1");
        sqlite3_bind_int(row.get(), 1, table_.srs_id);
        if (!database_.step(row.get())) {
            throw Error(ExitCode::invalid,
                        fmt::format("{}: its reference system {} is not in gpkg_spatial_ref_sys",
                                    where_, table_.srs_id));
        }
        const std::string organization = lower_ascii(text_of(row.get(), 0));
        const std::string definition = text_of(row.get(), 2);
        to_wgs84_ = organization == "epsg"
                        ? ToWgs84::from_epsg(sqlite3_column_int(row.get(), 1), where_)
                        : ToWgs84::from_definition(definition, where_);
    }

    // Prepares the one statement that reads the layer: id, geometry, then the fields.
    void start() {
        std::string id = "NULL";
        std::string columns;
        const Statement info =
            database_.prepare("PRAGMA table_info(" + quoted_name(table_.name) + ")");
        while (database_.step(info.get())) {
            const std::string name = text_of(info.get(), 1);
            const std::string type = text_of(info.get(), 2);
            const bool is_key = sqlite3_column_int(info.get(), 5) == 1;
            if (is_key && lower_ascii(type) == "integer") {
                id = quoted_name(name);
                has_id_ = true;
            } else if (lower_ascii(name) != lower_ascii(table_.geometry_column)) {
                add_column(name, kind_of(type), columns);
            }
        }
        if (schema_.fields.size() > limits_.fields) {
            throw Error(ExitCode::invalid, fmt::format("{}: {} fields, the limit is {}", where_,
                                                       schema_.fields.size(), limits_.fields));
        }
        const std::string geometry =
            table_.geometry_column.empty() ? "NULL" : quoted_name(table_.geometry_column);
        rows_ = database_.prepare("SELECT " + id + ", " + geometry + columns + " FROM " +
                                  quoted_name(table_.name));
    }

    void add_column(const std::string& name, ColumnKind kind, std::string& columns) {
        if (kind == ColumnKind::blob) {
            notes_.push_back(
                fmt::format("{}: field '{}' holds binary data and is left out", where_, name));
            return;
        }
        schema_.fields.push_back({name, field_type(kind), -1});
        kinds_.push_back(kind);
        columns += ", " + quoted_name(name);
    }

    // SQLite lets any value stand in any column: what is stored decides, then the column's type.
    void read_value(std::size_t field, Value& value) const {
        const int column = static_cast<int>(field) + 2;
        switch (sqlite3_column_type(rows_.get(), column)) {
            case SQLITE_INTEGER:
                read_integer(field, sqlite3_column_int64(rows_.get(), column), value);
                break;
            case SQLITE_FLOAT:
                value = sqlite3_column_double(rows_.get(), column);
                break;
            case SQLITE_TEXT:
                read_text(field, column, value);
                break;
            case SQLITE_BLOB:
                throw Error(ExitCode::invalid,
                            fmt::format("{}: field '{}' holds binary data; expected text or a "
                                        "number",
                                        where(), schema_.fields[field].name));
            default:
                value = std::monostate{};
        }
    }

    void read_integer(std::size_t field, std::int64_t stored, Value& value) const {
        if (kinds_[field] == ColumnKind::boolean) {
            value = stored != 0;
        } else if (kinds_[field] == ColumnKind::real) {
            value = static_cast<double>(stored);
        } else {
            value = stored;
        }
    }

    void read_text(std::size_t field, int column, Value& value) const {
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(rows_.get(), column));
        const std::string_view text(
            bytes, static_cast<std::size_t>(sqlite3_column_bytes(rows_.get(), column)));
        if (text.size() > limits_.text_bytes) {
            throw Error(ExitCode::invalid,
                        fmt::format("{}: field '{}' holds {} bytes, the limit is {}", where(),
                                    schema_.fields[field].name, text.size(), limits_.text_bytes));
        }
        if (kinds_[field] == ColumnKind::date) {
            if (const std::optional<Date> date = parse_iso_day(text)) {
                value = *date;
                return;
            }
        }
        if (auto* kept = std::get_if<std::string>(&value)) {
            kept->assign(text);
        } else {
            value.emplace<std::string>(text);
        }
    }

    void read_geometry(Geometry& geometry) {
        const auto* blob = static_cast<const std::byte*>(sqlite3_column_blob(rows_.get(), 1));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(rows_.get(), 1));
        if (blob == nullptr) {
            geometry = std::monostate{};
            return;
        }
        const std::span<const std::byte> bytes(blob, size);
        const std::size_t head = header_size(bytes);
        // The message is made only when it is needed: this runs once a feature.
        if (is_plain_point(bytes.subspan(head))) {
            read_plain_point(bytes.subspan(head), geometry);
        } else if (!read_wkb(bytes.subspan(head), limits_.vertices_per_feature, where(),
                             geometry)) {
            const auto linear = linearized_wkb(bytes.subspan(head), where());
            read_wkb(linear, limits_.vertices_per_feature, where(), geometry);
        }
        to_wgs84_.apply(geometry, where_);
        if (!is_point_on_globe(geometry)) {
            check_geometry(geometry, where());
        }
    }

    static bool is_plain_point(std::span<const std::byte> wkb) {
        constexpr std::array<std::byte, 5> kHead = {std::byte{1}, std::byte{1}, std::byte{0},
                                                    std::byte{0}, std::byte{0}};
        return wkb.size() == 21 && std::equal(kHead.begin(), kHead.end(), wkb.begin());
    }

    static void read_plain_point(std::span<const std::byte> wkb, Geometry& geometry) {
        LonLat p;
        std::memcpy(&p.lon, wkb.data() + 5, 8);
        std::memcpy(&p.lat, wkb.data() + 13, 8);
        if (std::isnan(p.lon) && std::isnan(p.lat)) {
            geometry = std::monostate{};  // how an empty point is written
            return;
        }
        if (!std::holds_alternative<Points>(geometry)) {
            geometry = Points{};
        }
        auto& points = std::get<Points>(geometry);
        points.multi = false;
        points.at.assign(1, p);
    }

    static bool is_point_on_globe(const Geometry& geometry) {
        const auto* points = std::get_if<Points>(&geometry);
        return points != nullptr && points->at.size() == 1 && is_valid(points->at[0]);
    }

    // GeoPackage 2.1.3: 'GP', version, flags, srs_id, envelope, then WKB.
    std::size_t header_size(std::span<const std::byte> bytes) const {
        constexpr std::array<std::size_t, 5> kEnvelope = {0, 32, 48, 48, 64};
        if (bytes.size() < 8 || bytes[0] != std::byte{'G'} || bytes[1] != std::byte{'P'}) {
            throw Error(ExitCode::invalid,
                        where() + ": the geometry is damaged: it does not begin with 'GP'");
        }
        const auto flags = static_cast<unsigned>(bytes[3]);
        const std::size_t envelope = (flags >> 1U) & 7U;
        if (envelope >= kEnvelope.size() || bytes.size() < 8 + kEnvelope[envelope]) {
            throw Error(ExitCode::invalid,
                        where() + ": the geometry is damaged: its envelope is cut short");
        }
        return 8 + kEnvelope[envelope];
    }

    Database database_;
    ReadLimits limits_;
    Table table_;
    std::string where_;
    Schema schema_;
    std::vector<ColumnKind> kinds_;
    std::vector<std::string> notes_;
    ToWgs84 to_wgs84_;
    Statement rows_;
    bool has_id_ = false;
    std::uint64_t count_ = 0;
};

}  // namespace

std::unique_ptr<VectorReader> open_gpkg(const std::filesystem::path& path,
                                        const ReadOptions& options) {
    return std::make_unique<GpkgReader>(path, options);
}

std::vector<LayerInfo> list_gpkg_layers(const std::filesystem::path& path) {
    const Database database(path);
    std::vector<LayerInfo> layers;
    for (const Table& table : tables_of(database)) {
        require_plain_table(database, table.name);
        const Statement row = database.prepare("SELECT count(*) FROM " + quoted_name(table.name));
        database.step(row.get());
        layers.push_back({table.name, geometry_type(table),
                          static_cast<std::uint64_t>(sqlite3_column_int64(row.get(), 0))});
    }
    return layers;
}

}  // namespace footprint::geo
