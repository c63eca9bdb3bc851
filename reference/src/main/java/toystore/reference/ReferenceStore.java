package toystore.reference;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * The program: fills its tables with the products of a file, and serves until it is killed.
 *
 * <p>Its settings are those of Spring Boot, such as {@code --server.port}; {@code application.properties} has the
 * others. It prints the line {@code ready reference <host>:<port>} when it is ready. Its log goes to stderr.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class ReferenceStore {
    private static final String ADD_PRODUCT =
            "insert into products(name, price, quantity) values (?, ?, ?) on conflict (name) do nothing";
    private static final int BATCH = 1000;

    /** The starting catalog, in the format of Toy Store. */
    private record Toys(List<Toy> products) {
        private record Toy(String name, BigDecimal price, int quantity) {}
    }

    public static void main(String[] args) {
        SpringApplication.run(ReferenceStore.class, args);
    }

    /** Adds the products that are not there yet. */
    @Bean
    @Order(1)
    ApplicationRunner addProducts(@Value("${toys:}") String file, JsonMapper mapper, JdbcTemplate database) {
        return arguments -> {
            if (!file.isEmpty()) {
                Toys toys = mapper.readValue(Path.of(file), Toys.class);
                database.batchUpdate(ADD_PRODUCT, toys.products(), BATCH, (statement, toy) -> {
                    statement.setString(1, toy.name());
                    statement.setBigDecimal(2, toy.price());
                    statement.setInt(3, toy.quantity());
                });
            }
        };
    }

    @Bean
    @Order(2)
    ApplicationRunner printReadyLine(@Value("${server.address}") String host, WebServerApplicationContext context) {
        return arguments -> System.out.println(
                "ready reference " + host + ":" + context.getWebServer().getPort());
    }
}
