"""The gateway: articles over HTTP, webhooks, and a page that shows what feedmill is doing."""
