package toystore.loadtest.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import toystore.loadtest.report.Plot.Point;
import toystore.loadtest.report.Plot.Scale;
import toystore.loadtest.report.Plot.Series;

/**
 * Paints a plot on white. Text is painted as outlines, so it is where it was measured to fit, whatever fonts a viewer
 * of an SVG has.
 */
final class PlotPainter {
    static final int WIDTH = 900;

    private static final int HEIGHT = 460;
    private static final int PADDING = 18;
    private static final int TICKS_ACROSS = 12;
    private static final int TICKS_UP = 9;
    private static final Color TEXT = new Color(0x222222);
    private static final Color FAINT = new Color(0x555555);
    private static final Color GRID = new Color(0xDDDDDD);
    private static final Color AXIS = new Color(0x888888);
    private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 17);
    private static final Font AXIS_TITLE = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
    private static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    private static final FontRenderContext MEASURE = new FontRenderContext(null, true, true);

    private final Plot plot;
    private final AxisRange across;
    private final AxisRange up;
    private final List<Double> ticksAcross;
    private final List<Double> ticksUp;
    private final List<String> note;
    private final PlotLegend legend;
    private final Rectangle2D area;

    PlotPainter(Plot plot) {
        this.plot = plot;
        across = plot.across();
        up = plot.up();
        ticksAcross = Ticks.of(plot.x().scale(), across, TICKS_ACROSS);
        ticksUp = Ticks.of(plot.y().scale(), up, TICKS_UP);
        note = TextLines.wrap(plot.note(), WIDTH - 2 * PADDING, text -> width(text, SMALL));
        legend = new PlotLegend(plot.series(), WIDTH - 2 * PADDING, text -> width(text, SMALL));
        double labels = ticksUp.stream()
                .mapToDouble(tick -> width(Ticks.label(plot.y().scale(), tick), SMALL))
                .max()
                .orElse(0);
        double left = PADDING + 26 + labels + 8;
        double top = PADDING + 34 + 18.0 * note.size();
        area = new Rectangle2D.Double(left, top, WIDTH - PADDING - 14 - left, HEIGHT - 70);
    }

    int height() {
        return (int) area.getMaxY() + 62 + legend.height() + PADDING;
    }

    void paint(Graphics2D g) {
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        g.setColor(Color.WHITE);
        g.fill(new Rectangle2D.Double(0, 0, WIDTH, height()));
        centred(g, plot.title(), TITLE, TEXT, WIDTH / 2.0, PADDING + 16);
        for (int i = 0; i < note.size(); i++) {
            centred(g, note.get(i), SMALL, FAINT, WIDTH / 2.0, PADDING + 38 + 18.0 * i);
        }
        axes(g);
        plot.series().forEach(series -> paint(g, series));
        legend.paint(g, PADDING, area.getMaxY() + 62, SMALL, TEXT);
    }

    private void axes(Graphics2D g) {
        for (double tick : ticksUp) {
            double y = y(tick);
            g.setColor(GRID);
            g.setStroke(new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {3, 5}, 0));
            g.draw(new Line2D.Double(area.getX(), y, area.getMaxX(), y));
            String label = Ticks.label(plot.y().scale(), tick);
            text(g, label, SMALL, TEXT, area.getX() - 9 - width(label, SMALL), y + 4.5);
            mark(g, area.getX() - 4, y, area.getX(), y);
        }
        double free = 0;
        for (double tick : ticksAcross) {
            double x = x(tick);
            mark(g, x, area.getMaxY(), x, area.getMaxY() + 4);
            String label = Ticks.label(plot.x().scale(), tick);
            double half = width(label, SMALL) / 2;
            if (x - half >= free) {
                centred(g, label, SMALL, TEXT, x, area.getMaxY() + 19);
                free = x + half + 8;
            }
        }
        mark(g, area.getX(), area.getY(), area.getX(), area.getMaxY());
        mark(g, area.getX(), area.getMaxY(), area.getMaxX(), area.getMaxY());
        centred(g, plot.x().label(), AXIS_TITLE, TEXT, area.getCenterX(), area.getMaxY() + 44);
        AffineTransform upright = g.getTransform();
        g.rotate(-Math.PI / 2);
        centred(g, plot.y().label(), AXIS_TITLE, TEXT, -area.getCenterY(), PADDING + 10);
        g.setTransform(upright);
    }

    private static void mark(Graphics2D g, double fromX, double fromY, double toX, double toY) {
        g.setColor(AXIS);
        g.setStroke(new BasicStroke(1));
        g.draw(new Line2D.Double(fromX, fromY, toX, toY));
    }

    private void paint(Graphics2D g, Series series) {
        g.setColor(new Color(series.colour().rgb()));
        if (series.line() != Plot.Line.MARKS) {
            g.setStroke(PlotLegend.stroke(series.line()));
            g.draw(line(series));
        }
        if (series.marked()) {
            series.points().stream()
                    .filter(Point::isThere)
                    .forEach(point -> PlotLegend.mark(g, series.line(), x(point.x()), y(point.y())));
        }
    }

    private Path2D line(Series series) {
        Path2D path = new Path2D.Double();
        boolean down = false;
        for (Point point : series.points()) {
            if (!point.isThere()) {
                down = false;
            } else if (down) {
                path.lineTo(x(point.x()), y(point.y()));
            } else {
                path.moveTo(x(point.x()), y(point.y()));
                down = true;
            }
        }
        return path;
    }

    private double x(double value) {
        return area.getX() + area.getWidth() * part(plot.x().scale(), across, value);
    }

    private double y(double value) {
        return area.getMaxY() - area.getHeight() * part(plot.y().scale(), up, value);
    }

    private static double part(Scale scale, AxisRange range, double value) {
        double low = scale.place(range.low());
        return (scale.place(value) - low) / (scale.place(range.high()) - low);
    }

    private static double width(String text, Font font) {
        return font.getStringBounds(text, MEASURE).getWidth();
    }

    private static void centred(Graphics2D g, String text, Font font, Color colour, double x, double baseline) {
        text(g, text, font, colour, x - width(text, font) / 2, baseline);
    }

    static void text(Graphics2D g, String text, Font font, Color colour, double x, double baseline) {
        Shape outline = font.createGlyphVector(MEASURE, text).getOutline((float) x, (float) baseline);
        g.setColor(colour);
        g.fill(outline);
    }
}
