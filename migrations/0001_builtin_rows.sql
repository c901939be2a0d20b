-- What every installation starts with: the site (the tenant of /api/v1), its default and guest groups, and the worker's own bucket.
INSERT INTO tenants (uid, kind, name)
VALUES (
  lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
    substr('89ab', 1 + abs(random() % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
  'site',
  'Picharbor'
);
--> statement-breakpoint
INSERT INTO groups (tenant_id, name, is_default) SELECT id, 'Default', 1 FROM tenants WHERE kind = 'site';
--> statement-breakpoint
INSERT INTO groups (tenant_id, name, is_guest) SELECT id, 'Guest', 1 FROM tenants WHERE kind = 'site';
--> statement-breakpoint
INSERT INTO strategies (tenant_id, name, kind) SELECT id, 'R2', 'r2' FROM tenants WHERE kind = 'site';
--> statement-breakpoint
INSERT INTO group_strategies (group_id, strategy_id) SELECT groups.id, strategies.id FROM groups, strategies;
