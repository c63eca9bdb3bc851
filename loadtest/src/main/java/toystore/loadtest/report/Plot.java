package toystore.loadtest.report;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A line chart, independent of the library that draws it.
 *
 * @param name of its files, without an extension: {@code mixed-buy}
 * @param title what it shows
 * @param note a sentence that helps to read it; may be empty
 */
public record Plot(String name, String title, String note, PlotAxis x, PlotAxis y, List<Series> series) {
    /** Replaces characters that are not for file names, and logarithmic scales of less than a decade. */
    public Plot {
        name = name.replaceAll("[^A-Za-z0-9-]", "-"); // the name of a scenario may come from a file of somebody else
        title = title.replaceAll("\\p{Cntrl}", " ");
        series = List.copyOf(series);
        x = x.fitting(series, Point::x);
        y = y.fitting(series, Point::y);
    }

    /** Returns whether no series has a point. */
    boolean isEmpty() {
        return series.stream().noneMatch(line -> line.points().stream().anyMatch(Point::isPresent));
    }

    /** How values lie along an axis. */
    public enum Scale {
        LINEAR,
        /** Linear, with whole numbers only. */
        WHOLE,
        /** Linear, beginning at 0. */
        FROM_ZERO,
        /** Logarithmic; values are above 0. */
        LOG,
        /** Percentiles from 0 to less than 100; the distance to the end is the logarithm of the rest to 100. */
        PERCENTILE;

        /** Position of a value, in units that have the same length everywhere on the axis. */
        double place(double value) {
            return switch (this) {
                case LINEAR, WHOLE, FROM_ZERO -> value;
                case LOG -> Math.log10(value);
                case PERCENTILE -> -Math.log10(1 - value / 100);
            };
        }
    }

    /**
     * An axis of a plot.
     *
     * @param label with the unit: {@code latency in ms}
     */
    public record PlotAxis(String label, Scale scale) {
        /** This axis, or a linear one where a logarithmic one would have hardly a tick: below a decade. */
        private PlotAxis fitting(List<Series> series, ToDoubleFunction<Point> coordinate) {
            DoubleSummaryStatistics values = series.stream()
                    .flatMap(line -> line.points().stream())
                    .filter(Point::isPresent)
                    .mapToDouble(coordinate)
                    .summaryStatistics();
            return scale == Scale.LOG && values.getMax() < 10 * values.getMin()
                    ? new PlotAxis(label, Scale.FROM_ZERO)
                    : this;
        }
    }

    /** How a series is drawn. */
    public enum Line {
        SOLID,
        DASHED,
        /** Marks without a line: events. */
        MARKS
    }

    /** Points of one line, in the order of x. */
    public record Series(String label, Colour colour, Line line, List<Point> points) {
        private static final int FEW = 30;

        /** Copies the points. */
        public Series {
            points = List.copyOf(points);
        }

        /** Returns whether each point has a mark: if there are few, or if one has no neighbours to draw a line to. */
        boolean marked() {
            return line == Line.MARKS || points.size() <= FEW || hasLonePoint();
        }

        private boolean hasLonePoint() {
            for (int i = 0; i < points.size(); i++) {
                boolean before = i > 0 && points.get(i - 1).isPresent();
                boolean after = i + 1 < points.size() && points.get(i + 1).isPresent();
                if (points.get(i).isPresent() && !before && !after) {
                    return true;
                }
            }
            return false;
        }
    }

    /** A point in the units of the axes; if y is not a number, the line is interrupted. */
    public record Point(double x, double y) {
        boolean isPresent() {
            return !Double.isNaN(y);
        }
    }
}
