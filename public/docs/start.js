// The documents are named by the page, which knows the configured prefix.
const root = document.getElementById('swagger-ui')
window.ui = SwaggerUIBundle({
  domNode: root,
  urls: JSON.parse(root.dataset.documents),
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: 'StandaloneLayout',
  deepLinking: true,
  // It would send the document's address to somebody else's server.
  validatorUrl: null,
})
