package toystore.loadtest.report;

import java.util.List;

/**
 * A plot, whatever draws it.
 *
 * @param name of its files, without an ending: {@code mixed-buy}
 * @param title what it shows
 * @param note what a reader should know to read it, in a sentence; may be empty
 */
public record Plot(String name, String title, String note, PlotAxis x, PlotAxis y, List<Series> series) {
    public Plot {
        series = List.copyOf(series);
    }

    /** How values lie along an axis. */
    public enum Scale {
        LINEAR,
        LOG,
        /** Of percentiles from 0 to 100: as far from the end as the logarithm of what is left to 100. */
        PERCENTILE
    }

    /**
     * What an axis shows.
     *
     * @param label with the unit: {@code latency in ms}
     */
    public record PlotAxis(String label, Scale scale) {}

    /** How a series is drawn. */
    public enum Line {
        SOLID,
        DASHED,
        DOTTED,
        /** Marks without a line: things that happened. */
        MARKS
    }

    /**
     * Points that belong together, in the order of x.
     *
     * @param colour number of a colour that the colour-blind can tell from the others
     */
    public record Series(String label, int colour, Line line, List<Point> points) {
        public Series {
            points = List.copyOf(points);
        }
    }

    /** In the units of the axes. */
    public record Point(double x, double y) {}
}
