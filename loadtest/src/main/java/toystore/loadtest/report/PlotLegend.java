package toystore.loadtest.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import toystore.loadtest.report.Plot.Line;
import toystore.loadtest.report.Plot.Series;

/** What each series of a plot looks like, in centred rows that are no wider than they may be. */
final class PlotLegend {
    private static final int ROW = 24;
    private static final int SAMPLE = 40;
    private static final int GAP = 8;
    private static final int BETWEEN = 24;
    private static final double MARK = 4;

    private final double width;
    private final ToDoubleFunction<String> measure;
    private final List<List<Series>> rows = new ArrayList<>();

    PlotLegend(List<Series> series, double width, ToDoubleFunction<String> measure) {
        this.width = width;
        this.measure = measure;
        List<Series> row = new ArrayList<>();
        for (Series next : series) {
            List<Series> longer = new ArrayList<>(row);
            longer.add(next);
            if (!row.isEmpty() && width(longer) > width) {
                rows.add(row);
                longer = new ArrayList<>(List.of(next));
            }
            row = longer;
        }
        rows.add(row);
    }

    int height() {
        return rows.size() * ROW;
    }

    private double width(List<Series> row) {
        return row.stream().mapToDouble(this::width).sum() + (row.size() - 1) * BETWEEN;
    }

    private double width(Series series) {
        return SAMPLE + GAP + measure.applyAsDouble(series.label());
    }

    void paint(Graphics2D g, double left, double top, Font font, Color text) {
        for (int i = 0; i < rows.size(); i++) {
            double x = left + (width - width(rows.get(i))) / 2;
            double middle = top + ROW * (i + 0.5);
            for (Series series : rows.get(i)) {
                sample(g, series, x, middle);
                PlotPainter.text(g, series.label(), font, text, x + SAMPLE + GAP, middle + 4.5);
                x += width(series) + BETWEEN;
            }
        }
    }

    private static void sample(Graphics2D g, Series series, double x, double y) {
        g.setColor(new Color(series.colour().rgb()));
        if (series.line() != Line.MARKS) {
            g.setStroke(stroke(series.line()));
            g.draw(new Line2D.Double(x, y, x + SAMPLE, y));
        }
        if (series.marked()) {
            mark(g, series.line(), x + SAMPLE / 2.0, y);
        }
    }

    static BasicStroke stroke(Line line) {
        return line == Line.DASHED
                ? new BasicStroke(2.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {7, 5}, 0)
                : new BasicStroke(2.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }

    /** A dot on a solid line, a diamond on a dashed one, a cross where there is none. */
    static void mark(Graphics2D g, Line line, double x, double y) {
        if (line == Line.SOLID) {
            g.fill(new Ellipse2D.Double(x - MARK, y - MARK, 2 * MARK, 2 * MARK));
            return;
        }
        Path2D shape = new Path2D.Double();
        if (line == Line.DASHED) {
            shape.moveTo(x - MARK - 1, y);
            shape.lineTo(x, y - MARK - 1);
            shape.lineTo(x + MARK + 1, y);
            shape.lineTo(x, y + MARK + 1);
            shape.closePath();
            g.fill(shape);
        } else {
            shape.moveTo(x - MARK, y - MARK);
            shape.lineTo(x + MARK, y + MARK);
            shape.moveTo(x - MARK, y + MARK);
            shape.lineTo(x + MARK, y - MARK);
            g.setStroke(new BasicStroke(2));
            g.draw(shape);
        }
    }
}
