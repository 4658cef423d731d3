// Layers of a session, written.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "cli/frame/command.h"
#include "cli/layers/layer.h"
#include "geo/io/vector_output.h"

namespace footprint::cli {

// What layers may ask of a session.
class SessionFacts final : public LayerFacts {
  public:
    explicit SessionFacts(Session& session) : session_(&session) {}
    const std::filesystem::path& datasets() override { return session_->datasets(); }
    const geo::Catalog& catalog() override { return session_->catalog(); }
    const sim::Timeline& timeline() override { return session_->timeline(); }
    const geo::Atlas& tables() override { return session_->tables(); }
    const geo::Atlas& atlas() override { return session_->atlas(); }
    ProgressStyle progress_style() override { return session_->progress_style(); }

  private:
    Session* session_;
};

geo::Schema layer_schema(Session& session, const Layer& layer);

// The same request for each of these dates, ascending; each stands until the next one, the last
// without end.
std::vector<LayerRequest> series(const LayerRequest& request, std::span<const Date> dates);

// One file of the given layers, each as its produce() says. Several layers need a GeoPackage.
// Complete, or not there at all.
void write_layers(Session& session, const std::vector<const Layer*>& layers,
                  std::span<const LayerRequest> requests, const std::filesystem::path& target,
                  geo::VectorFormat format, const geo::VectorOutputOptions& options);

}  // namespace footprint::cli
