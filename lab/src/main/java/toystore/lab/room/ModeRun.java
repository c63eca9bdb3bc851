package toystore.lab.room;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import toystore.lab.room.RoomState.ModeView;

/** A weak mode that the page runs, and what it prints. Thread-safe. */
final class ModeRun {
    private static final int MAX_LINES = 60;
    private static final int MAX_LINE = 160;
    private static final int MAX_CHARACTERS = 3500; // so that a reply stays small

    private final String name;
    private final boolean correct;
    private final long seed;

    @GuardedBy("this")
    private final List<String> lines = new ArrayList<>();

    @GuardedBy("this")
    private int characters;

    @GuardedBy("this")
    private Integer exitCode; // null while it runs

    ModeRun(String name, boolean correct, long seed) {
        this.name = name;
        this.correct = correct;
        this.seed = seed;
    }

    /** Runs the mode to its end. */
    void run(Modes modes) {
        int code = 1;
        try (PrintStream out = new PrintStream(new Lines(), true, UTF_8)) {
            code = modes.run(name, seed, correct, out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            add("failed: " + e.getMessage());
        } finally {
            finish(code);
        }
    }

    private synchronized void finish(int code) {
        exitCode = code;
    }

    private synchronized void add(String line) {
        String shown = line.length() <= MAX_LINE ? line : line.substring(0, MAX_LINE - 1) + "…";
        lines.add(shown);
        characters += shown.length();
        while (lines.size() > MAX_LINES || characters > MAX_CHARACTERS) {
            characters -= lines.remove(1).length(); // the first line says what is shown
        }
    }

    synchronized boolean isRunning() {
        return exitCode == null;
    }

    /** The verdict, once it has ended. */
    synchronized String verdict() {
        return name + ": " + (lines.isEmpty() ? "exit code " + exitCode : lines.get(lines.size() - 1));
    }

    synchronized ModeView view() {
        return new ModeView(name, correct, seed, exitCode == null, lines, exitCode);
    }

    /** Splits what is printed into lines. Used by one thread. */
    private final class Lines extends OutputStream {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        @Override
        public void write(int b) {
            if (b == '\n') {
                add(line.toString(UTF_8));
                line.reset();
            } else if (b != '\r') {
                line.write(b);
            }
        }
    }
}
