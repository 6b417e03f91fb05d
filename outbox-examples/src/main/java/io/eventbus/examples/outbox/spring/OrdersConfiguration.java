package io.eventbus.examples.outbox.spring;

import io.eventbus.examples.outbox.Orders;
import io.eventbus.outbox.Outbox;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/** The orders and their transactions; the database and the outbox in it are beans of the application. */
@Configuration(proxyBeanMethods = false)
@EnableTransactionManagement
public class OrdersConfiguration {

    @Bean
    JdbcTransactionManager transactions(DataSource database) {
        return new JdbcTransactionManager(database);
    }

    @Bean
    JdbcTemplate jdbc(DataSource database) {
        return new JdbcTemplate(database);
    }

    @Bean
    Orders orders(JdbcTemplate jdbc, Outbox outbox) {
        return new SpringOrders(jdbc, outbox);
    }
}
