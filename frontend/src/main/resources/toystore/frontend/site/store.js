const list = document.getElementById('products');
const response = await fetch('/products?limit=1000');
const page = await response.json();
for (const product of page.data ?? []) {
  const item = document.createElement('li');
  item.textContent = `${product.name}: ${product.price}, ${product.quantity} left`;
  list.append(item);
}
