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

  private:
    Session* session_;
};

geo::Schema layer_schema(Session& session, const Layer& layer);

// The same request for each of these dates, ascending; each stands until the next one, the last
// without end.
std::vector<LayerRequest> series(const LayerRequest& request, std::span<const Date> dates);

// A layer of one date has the features of every request in turn; others have dates of their own and
// are written once, of the last.
void produce(LayerFacts& facts, const Layer& layer, std::span<const LayerRequest> requests,
             geo::FeatureSink& sink);

// One file of the given layers, as produce() says. Several layers need a GeoPackage. Complete, or
// not there at all.
void write_layers(Session& session, const std::vector<const Layer*>& layers,
                  std::span<const LayerRequest> requests, const std::filesystem::path& target,
                  geo::VectorFormat format, const geo::VectorOutputOptions& options);

}  // namespace footprint::cli
