package toystore.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jars of the store have nothing of the lab. */
class LabIsApartIT {
    @ParameterizedTest
    @ValueSource(strings = {"catalog", "orders", "frontend", "client", "loadtest", "launcher"})
    void isInNoJarOfTheStore(String program) throws Exception {
        assertThat(filesOfTheLab(program)).isEmpty();
    }

    @Test
    void isInItsOwnJar() throws Exception {
        assertThat(filesOfTheLab("lab")).contains("toystore/lab/weak/WeakOrders.class");
    }

    private static List<String> filesOfTheLab(String program) throws IOException {
        Path jar = Path.of("..", program, "target", program + ".jar");
        try (JarFile files = new JarFile(jar.toFile())) {
            return files.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.startsWith("toystore/lab/"))
                    .toList();
        }
    }
}
