ALTER TABLE `images` ADD `salient_x` real;--> statement-breakpoint
ALTER TABLE `images` ADD `salient_y` real;--> statement-breakpoint
ALTER TABLE `tenants` ADD `delivery` text DEFAULT '{}' NOT NULL;