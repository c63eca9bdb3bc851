package toystore.loadtest.report;

import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Plots as {@code report.js} reads them, in a form that may stand in an element of HTML. */
final class PlotJson {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private PlotJson() {}

    static String of(List<Plot> plots) {
        ArrayNode all = MAPPER.createArrayNode();
        plots.forEach(plot -> all.add(json(plot)));
        // Without this sign no text can end the element.
        return MAPPER.writeValueAsString(all).replace("<", "\\u003c");
    }

    private static ObjectNode json(Plot plot) {
        ObjectNode json = MAPPER.createObjectNode().put("title", plot.title());
        json.set("x", json(plot.x(), plot.across()));
        json.set("y", json(plot.y(), plot.up()));
        ArrayNode series = json.putArray("series");
        plot.series().forEach(line -> series.add(json(line)));
        return json;
    }

    private static ObjectNode json(Plot.PlotAxis axis, AxisRange range) {
        return MAPPER.createObjectNode()
                .put("label", axis.label())
                .put("scale", axis.scale().name())
                .put("low", range.low())
                .put("high", range.high());
    }

    private static ObjectNode json(Plot.Series series) {
        ObjectNode json = MAPPER.createObjectNode()
                .put("label", series.label())
                .put("colour", series.colour().hex())
                .put("line", series.line().name())
                .put("marked", series.marked());
        ArrayNode xs = json.putArray("xs");
        ArrayNode ys = json.putArray("ys");
        for (Plot.Point point : series.points()) {
            xs.add(point.x());
            if (point.isThere()) {
                ys.add(point.y());
            } else {
                ys.addNull();
            }
        }
        return json;
    }
}
