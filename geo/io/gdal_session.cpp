#include "geo/io/gdal_session.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_http.h>
#include <gdal_frmts.h>
#include <ogr_srs_api.h>
#include <ogrsf_frmts.h>

#include <utility>

namespace footprint::geo {
namespace {

// A GeoJSON file may name a reference system by URL, which GDAL would fetch: answer every request
// with a failure, without a connection.
CPLHTTPResult* refuse_fetch(const char* /*url*/, CSLConstList /*options*/,
                            GDALProgressFunc /*progress*/, void* /*progress_data*/,
                            CPLHTTPFetchWriteFunc /*write*/, void* /*write_data*/,
                            void* /*user_data*/) {
    auto* result = static_cast<CPLHTTPResult*>(CPLCalloc(1, sizeof(CPLHTTPResult)));
    result->nStatus = 1;
    result->pszErrBuf = CPLStrdup("network access is off");
    CPLError(CE_Failure, CPLE_NotSupported, "network access is off");
    return result;
}

void configure() {
    CPLHTTPSetFetchCallback(&refuse_fetch, nullptr);
    OSRSetPROJEnableNetwork(0);
    const std::pair<const char*, const char*> options[] = {
        {"GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR"},  // no side files we did not ask for
        {"GDAL_PAM_ENABLED", "NO"},                     // nor written
        {"GDAL_CACHEMAX", "64"},                        // MB
        {"OGR_GEOJSON_MAX_OBJ_SIZE", "200"},            // MB, one feature
        {"OGR_ENABLE_PARTIAL_REPROJECTION", "NO"},
        {"CPL_VSIL_CURL_ALLOWED_EXTENSIONS", "{none}"},
        {"GDAL_HTTP_HEADER_FILE", ""},
        {"SHAPE_RESTORE_SHX", "NO"},
        {"OGR_SQLITE_LOAD_EXTENSIONS", ""},
    };
    for (const auto& [name, value] : options) {
        CPLSetConfigOption(name, value);
    }
}

void register_drivers() {
    RegisterOGRGeoJSON();
    RegisterOGRGeoJSONSeq();
    RegisterOGRCSV();
    RegisterOGRGeoPackage();
    RegisterOGRFlatGeobuf();
    RegisterOGRShape();
    GDALRegister_GTiff();
    GDALRegister_COG();
}

void CPL_STDCALL collect(CPLErr severity, CPLErrorNum /*number*/, const char* message) {
    if (severity >= CE_Failure) {
        static_cast<GdalErrors*>(CPLGetErrorHandlerUserData())->note(message);
    }
}

}  // namespace

void start_gdal() {
    static const bool started = [] {
        configure();
        register_drivers();
        return true;
    }();
    static_cast<void>(started);
}

GdalErrors::GdalErrors() {
    CPLPushErrorHandlerEx(&collect, this);
}

GdalErrors::~GdalErrors() {
    CPLPopErrorHandler();
}

void GdalErrors::note(const std::string& message) {
    if (first_.empty()) {
        first_ = message;
    }
}

std::string GdalErrors::reason(const std::string& otherwise) const {
    return first_.empty() ? otherwise : first_;
}

GdalOption::GdalOption(std::string name, const std::string& value) : name_(std::move(name)) {
    CPLSetThreadLocalConfigOption(name_.c_str(), value.c_str());
}

GdalOption::~GdalOption() {
    CPLSetThreadLocalConfigOption(name_.c_str(), nullptr);
}

}  // namespace footprint::geo
