import { createRoot } from 'react-dom/client';
import { AdminClient } from '#admin-api/client';
createRoot(document.getElementById('root')!).render(<h1>Hello {AdminClient.name}</h1>);
