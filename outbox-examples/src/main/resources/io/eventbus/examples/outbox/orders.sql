create table orders (
  id varchar(64) not null primary key,
  customer varchar(200) not null,
  cents bigint not null,
  state varchar(20) not null,
  version int not null
)
