import MarkdownIt from 'markdown-it';

/**
 * Renders a card's detail: no HTML, no images, headings as bold lines (the page has its own outline), links only to web
 * addresses and in a window of their own.
 */
export const renderMarkdown = (text: string): string => markdown.render(text);

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false }).disable('image');

markdown.validateLink = (url) => /^https?:\/\//i.test(url.trim());
markdown.renderer.rules.heading_open = () => '<p class="heading">';
markdown.renderer.rules.heading_close = () => '</p>\n';
markdown.renderer.rules.link_open = (tokens, at, options, _env, renderer) => {
  tokens[at]?.attrSet('rel', 'noopener noreferrer');
  tokens[at]?.attrSet('target', '_blank');
  return renderer.renderToken(tokens, at, options);
};
