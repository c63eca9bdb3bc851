package toystore.loadtest.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.text.NumberFormat;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.axis.NumberTickUnitSource;
import org.jfree.chart.block.ColumnArrangement;
import org.jfree.chart.block.FlowArrangement;
import org.jfree.chart.block.RectangleConstraint;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.title.Title;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.chart.util.ShapeUtils;
import org.jfree.data.Range;
import org.jfree.data.RangeType;
import org.jfree.data.xy.DefaultXYDataset;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import toystore.loadtest.report.Plot.Line;
import toystore.loadtest.report.Plot.PlotAxis;
import toystore.loadtest.report.Plot.Point;
import toystore.loadtest.report.Plot.Scale;
import toystore.loadtest.result.OutputFile;

/**
 * Draws a plot with JFreeChart as two files that look the same: a PNG, and an SVG for where it must stay sharp. The
 * text in the SVG is drawn as outlines, so its layout does not depend on the fonts of the viewer.
 */
public final class PlotFiles {
    private static final String SVG = "http://www.w3.org/2000/svg";
    private static final int WIDTH = 900;

    /** Height of the plot with its axes; title, note and legend add theirs. */
    private static final int PLOT_HEIGHT = 420;

    /** Pixels of the PNG for each unit of the plot: 144 dpi. */
    private static final int PIXELS = 2;

    private static final RectangleInsets PADDING = new RectangleInsets(14, 14, 14, 24);

    /** Space around a label, which decides how many there are. */
    private static final RectangleInsets X_TICK = new RectangleInsets(4, 14, 4, 14);

    private static final RectangleInsets Y_TICK = new RectangleInsets(10, 4, 10, 5);
    private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 17);
    private static final Font AXIS_TITLE = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
    private static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    private static final Color TEXT = new Color(0x222222);
    private static final Color FAINT = new Color(0x555555);
    private static final Color GRID = new Color(0xCCCCCC);
    private static final BasicStroke SOLID = new BasicStroke(2.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    private static final BasicStroke DASHED =
            new BasicStroke(2.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {7, 5}, 0);

    private PlotFiles() {}

    /**
     * Draws both, over files of the same name.
     *
     * @return the PNG and the SVG
     */
    public static List<Path> write(Plot plot, Path folder) throws IOException {
        Path png = folder.resolve(plot.name() + ".png");
        Path svg = folder.resolve(plot.name() + ".svg");
        JFreeChart chart = chart(plot);
        int height = height(chart);
        OutputFile.write(png, png(chart, height));
        OutputFile.write(svg, svg(chart, height));
        return List.of(png, svg);
    }

    private static byte[] png(JFreeChart chart, int height) throws IOException {
        BufferedImage image = new BufferedImage(WIDTH * PIXELS, height * PIXELS, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.scale(PIXELS, PIXELS);
        chart.draw(g, new Rectangle(WIDTH, height));
        g.dispose();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        if (!ImageIO.write(image, "png", png)) {
            throw new IOException("this Java runtime cannot write PNG");
        }
        return png.toByteArray();
    }

    private static byte[] svg(JFreeChart chart, int height) throws IOException {
        try {
            Document document = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(SVG, "svg", null);
            SVGGraphics2D g = new SVGGraphics2D(SVGGeneratorContext.createDefault(document), true);
            chart.draw(g, new Rectangle(WIDTH, height));
            Element root = g.getRoot();
            root.setAttribute("viewBox", "0 0 " + WIDTH + " " + height);
            root.setAttribute("width", String.valueOf(WIDTH));
            root.setAttribute("height", String.valueOf(height));
            root.setAttribute("role", "img");
            Element title = document.createElementNS(SVG, "title");
            title.setTextContent(chart.getTitle().getText());
            root.insertBefore(title, root.getFirstChild());
            // Batik itself would write a reference to a document type of the W3C.
            ByteArrayOutputStream svg = new ByteArrayOutputStream();
            TransformerFactory.newInstance().newTransformer().transform(new DOMSource(root), new StreamResult(svg));
            return svg.toByteArray();
        } catch (ParserConfigurationException | TransformerException e) {
            throw new IOException("this Java runtime cannot write SVG: " + e.getMessage(), e);
        }
    }

    private static JFreeChart chart(Plot plot) {
        DefaultXYDataset data = new DefaultXYDataset();
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer();
        renderer.setDrawSeriesLineAsPath(true); // or dashes would begin anew at each point
        renderer.setLegendItemLabelGenerator((any, i) -> plot.series().get(i).label());
        renderer.setLegendLine(new Line2D.Double(-20, 0, 20, 0));
        for (int i = 0; i < plot.series().size(); i++) {
            Plot.Series series = plot.series().get(i);
            double[] xs = places(series, plot.x().scale(), Point::x);
            double[] ys = places(series, plot.y().scale(), Point::y);
            data.addSeries(Integer.valueOf(i), new double[][] {xs, ys}); // a label would not be unique
            renderer.setSeriesPaint(i, new Color(series.colour().rgb()));
            renderer.setSeriesStroke(i, series.line() == Line.DASHED ? DASHED : SOLID);
            renderer.setSeriesLinesVisible(i, series.line() != Line.MARKS);
            renderer.setSeriesShapesVisible(i, series.marked());
            renderer.setSeriesShape(i, mark(series.line()));
        }
        XYPlot area = new XYPlot(data, axis(plot.x(), X_TICK), axis(plot.y(), Y_TICK), renderer);
        area.setBackgroundPaint(Color.WHITE);
        area.setOutlineVisible(false);
        area.setDomainGridlinesVisible(false);
        area.setRangeGridlinePaint(GRID);
        area.setAxisOffset(RectangleInsets.ZERO_INSETS);

        JFreeChart chart = new JFreeChart(plot.title(), TITLE, area, false);
        chart.setBackgroundPaint(Color.WHITE);
        chart.setPadding(PADDING);
        chart.setTextAntiAlias(RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        chart.getRenderingHints().put(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        chart.getTitle().setPaint(TEXT);
        LegendTitle legend = new LegendTitle(area, new FlowArrangement(), new ColumnArrangement());
        legend.setPosition(RectangleEdge.BOTTOM);
        legend.setItemFont(SMALL);
        legend.setItemPaint(TEXT);
        legend.setItemLabelPadding(new RectangleInsets(3, 8, 3, 20));
        chart.addLegend(legend);
        if (!plot.note().isEmpty()) {
            TextTitle note = new TextTitle(plot.note(), SMALL);
            note.setPaint(FAINT);
            chart.addSubtitle(note);
        }
        return chart;
    }

    private static double[] places(Plot.Series series, Scale scale, ToDoubleFunction<Point> coordinate) {
        return series.points().stream()
                .mapToDouble(coordinate)
                .map(scale::place)
                .toArray();
    }

    private static Shape mark(Line line) {
        return switch (line) {
            case SOLID -> new Ellipse2D.Double(-4, -4, 8, 8);
            case DASHED -> ShapeUtils.createDiamond(5);
            case MARKS -> ShapeUtils.createDiagonalCross(4, 0.7f);
        };
    }

    static NumberAxis axis(PlotAxis of, RectangleInsets tickInsets) {
        NumberAxis axis = new PlaceAxis(of.scale());
        axis.setLabel(of.label());
        axis.setLabelFont(AXIS_TITLE);
        axis.setLabelPaint(TEXT);
        axis.setLabelInsets(new RectangleInsets(6, 6, 6, 6));
        axis.setTickLabelInsets(tickInsets);
        axis.setTickLabelFont(SMALL);
        axis.setTickLabelPaint(TEXT);
        return axis;
    }

    /** An axis on which values lie at {@link Scale#place}, with the ticks of their scale. */
    private static final class PlaceAxis extends NumberAxis {
        private static final long serialVersionUID = 1;
        private static final List<Double> PERCENTILES =
                List.of(0.0, 50.0, 90.0, 99.0, 99.9, 99.99, 99.999, 99.9999, 99.99999);

        private final Scale scale;

        PlaceAxis(Scale scale) {
            this.scale = scale;
            boolean fromZero = scale == Scale.FROM_ZERO || scale == Scale.PERCENTILE;
            setAutoRangeIncludesZero(fromZero);
            setAutoRangeStickyZero(false); // or a margin below 0, the place of 1 on a logarithmic axis, would be cut
            setRangeType(fromZero ? RangeType.POSITIVE : RangeType.FULL);
            setLowerMargin(fromZero ? 0 : 0.04);
            setUpperMargin(0.04);
            setAutoRangeMinimumSize(scale == Scale.LINEAR ? 0.1 : 1); // of a single value
            NumberFormat format = ReadableNumbers.format();
            setStandardTickUnits(new NumberTickUnitSource(scale == Scale.WHOLE, format));
        }

        /** JFreeChart has no percentiles, and labels only the decades of a logarithmic axis. */
        @Override
        public List<?> refreshTicks(Graphics2D g, AxisState state, Rectangle2D area, RectangleEdge edge) {
            return switch (scale) {
                case LINEAR, WHOLE, FROM_ZERO -> super.refreshTicks(g, state, area, edge);
                case PERCENTILE -> ticks(PERCENTILES, edge, " %");
                case LOG -> {
                    boolean across = RectangleEdge.isTopOrBottom(edge);
                    double decade = (across ? area.getWidth() : area.getHeight())
                            / getRange().getLength();
                    yield ticks(logarithmic(decade / (across ? 55 : 20)), edge, "");
                }
            };
        }

        /**
         * 1, 2, 5, 10 …; with less space only powers of ten, or every second or third of them.
         *
         * @param labels that fit into a decade
         */
        private List<Double> logarithmic(double labels) {
            List<Integer> factors = labels * Math.log10(2) >= 1 ? List.of(1, 2, 5) : List.of(1);
            int step = Math.max(1, (int) Math.ceil(1 / labels));
            return IntStream.rangeClosed((int) Math.floor(getLowerBound()), (int) getUpperBound())
                    .filter(exponent -> exponent % step == 0)
                    .boxed()
                    .flatMap(exponent -> factors.stream().map(factor -> Double.valueOf(factor + "e" + exponent)))
                    .toList();
        }

        private List<NumberTick> ticks(List<Double> values, RectangleEdge edge, String unit) {
            TextAnchor anchor = RectangleEdge.isTopOrBottom(edge) ? TextAnchor.TOP_CENTER : TextAnchor.CENTER_RIGHT;
            return values.stream()
                    .filter(value -> getRange().contains(scale.place(value)))
                    .map(value -> new NumberTick(
                            scale.place(value), ReadableNumbers.setting(value) + unit, anchor, TextAnchor.CENTER, 0))
                    .toList();
        }
    }

    /** Height of the plot with its title, note and legend. */
    private static int height(JFreeChart chart) {
        double width = WIDTH - PADDING.getLeft() - PADDING.getRight();
        Graphics2D g = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        double height = PLOT_HEIGHT + PADDING.getTop() + PADDING.getBottom();
        for (int i = 0; i < chart.getSubtitleCount(); i++) {
            height += height(chart.getSubtitle(i), width, g);
        }
        height += height(chart.getTitle(), width, g);
        g.dispose();
        return (int) Math.ceil(height);
    }

    private static double height(Title title, double width, Graphics2D g) {
        return title.arrange(g, new RectangleConstraint(new Range(0, width), new Range(0, WIDTH)))
                .getHeight();
    }
}
